import type { Problem } from "@newfeed/shared/contracts/errors.ts";
import { toProblem } from "@newfeed/shared/http/problems.ts";
import type { GraphQLResolveInfo } from "graphql";
import type { GraphqlContext } from "./context.ts";

/**
 * Whether a problem is the answer to this one call. Who the caller is (401) and how often they call (429) concerns all of
 * their calls: clients handle it in one place, by `errors`, as they do failures.
 */
export const isRefusal = ({ status }: Problem) => status < 500 && status !== 401 && status !== 429;

/** What a REST field is called in the document: an argument's own name, or a field of the `input`. */
function argumentOf(field: string, { parentType, fieldName }: GraphQLResolveInfo): string {
  const names = parentType.getFields()[fieldName]?.args.map(({ name }) => name) ?? [];
  if (names.includes(field) || !names.includes("input")) return field;
  return field === "body" ? "input" : `input.${field}`;
}

/** The fields of a result that was refused. Messages that begin with a field begin with its name in the document. */
function refusal({ code, publicMessage, errors = [] }: Problem, info: GraphQLResolveInfo) {
  const rename = (field: string, message: string) => (message.startsWith(field) ? argumentOf(field, info) + message.slice(field.length) : message);
  return {
    success: false,
    message: errors[0] ? rename(errors[0].field, publicMessage) : publicMessage,
    code,
    errors: errors.length > 0 ? errors.map(({ field, message }) => ({ field: argumentOf(field, info), message: rename(field, message) })) : null,
  };
}

type Resolve<Arguments> = (given: Arguments, context: GraphqlContext) => Promise<object>;

/**
 * The resolver of a field with a result type: what `resolve` returns, or a refusal beside `empty`, the result's required
 * fields. Throws what is no refusal.
 */
export const resultOf =
  <Arguments>(resolve: Resolve<Arguments>, empty: object = {}) =>
  async (_parent: unknown, given: Arguments, context: GraphqlContext, info: GraphQLResolveInfo): Promise<object> => {
    try {
      return { success: true, ...(await resolve(given, context)) };
    } catch (error) {
      const problem = toProblem(error);
      if (!isRefusal(problem)) throw error;
      return { ...empty, ...refusal(problem, info) };
    }
  };
