import type { Problem } from "@newfeed/shared/contracts/errors.ts";
import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import { type ExecutionResult, type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from "graphql";
import type { GraphqlContext } from "./context.ts";
import { clientError, problemOf } from "./errors.ts";
import { executableSchema } from "./executable.ts";
import { createOperations, InvalidDocument } from "./operations.ts";
import { GraphqlRequest, PersistedRequest } from "./request.ts";

/** Runs one GraphQL request. `mediaType` is that of the answer, which is complete. */
export type RunGraphql = (body: unknown, mediaType: string, context: GraphqlContext) => Promise<{ status: number; contentType: string; text: string }>;

function errorsOf(error: unknown): readonly GraphQLError[] {
  if (error instanceof InvalidDocument) return error.errors;
  if (error instanceof GraphQLError) return [error];
  return [new GraphQLError(String(error), { originalError: error instanceof Error ? error : new Error(String(error)) })];
}

const malformed = (message: string) => new GraphQLError(message, { extensions: { code: "malformed_request" } });
const notPersisted = malformed("PersistedQueryNotSupported");
const noRequest = malformed("A GraphQL request is an object with query, and optionally operationName and variables.");

/** The schema with the limits of its documents. */
export function createGraphqlServer(logger: Logger): RunGraphql {
  const operationOf = createOperations(executableSchema());

  async function run({ query, operationName, variables }: GraphqlRequest, context: GraphqlContext): Promise<ExecutionResult> {
    const operation = operationOf(query, operationName ?? undefined);
    operation.checkCost(variables ?? {});
    if (operation.points > 0) await context.pay(operation.points);
    return operation.run(variables ?? {}, context);
  }

  /** The errors as clients get them. A failed call that many fields share is logged once. */
  function report(errors: readonly GraphQLError[]): { problem: Problem; error: GraphQLFormattedError }[] {
    const logged = new Set<unknown>();
    return errors.map((error) => {
      const problem = problemOf(error);
      const cause = error.originalError ?? error;
      if (problem.status >= 500 && !logged.has(cause)) logFailure(logger, "a field failed", cause, { path: error.path?.join(".") });
      logged.add(cause);
      return { problem, error: clientError(error, problem) };
    });
  }

  return async (body, mediaType, context) => {
    const answer = (status: number, result: ExecutionResult | FormattedExecutionResult) => ({
      status,
      contentType: `${mediaType}; charset=utf-8`,
      text: JSON.stringify(result),
    });
    // GraphQL over HTTP: with application/json, a document that is refused is answered with 200.
    const refusedStatus = (status: number) => (mediaType === "application/json" && status < 500 ? 200 : status);
    const request = GraphqlRequest.safeParse(body);
    if (!request.success) {
      // The message by which clients know to send the document itself.
      if (PersistedRequest.safeParse(body).success) return answer(refusedStatus(400), { errors: [notPersisted] });
      return answer(400, { errors: [noRequest] });
    }
    const result = await run(request.data, context).catch((error: unknown): ExecutionResult => ({ errors: errorsOf(error) }));
    if (!result.errors) return answer(200, result);
    const reported = report(result.errors);
    const errors = reported.map(({ error }) => error);
    if ("data" in result) return answer(200, { ...result, errors });
    return answer(refusedStatus(reported[0]?.problem.status ?? 400), { errors });
  };
}
