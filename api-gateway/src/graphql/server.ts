import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import { GraphQLError } from "graphql";
import { createSchema, createYoga, type Plugin } from "graphql-yoga";
import type { GraphqlContext } from "./context.ts";
import { clientError, problemOf } from "./errors.ts";
import { createIntrospectionPrice } from "./introspection.ts";
import { resolvers } from "./resolvers.ts";
import { typeDefs } from "./schema.ts";
import { checkTokens } from "./tokens.ts";
import { checkWeight, type Operation } from "./weight.ts";

/** Runs one GraphQL request. `accept` is the media type of the answer, which is complete. Throws `malformed_request`. */
export type RunGraphql = (body: unknown, accept: string, context: GraphqlContext) => Promise<{ status: number; contentType: string; text: string }>;

function bounded(introspectionPrice: (operation: Operation) => number): Plugin<GraphqlContext> {
  return {
    onParams({ params }) {
      // The message by which clients know to send the document itself.
      if (params.query == null && params.extensions?.["persistedQuery"])
        throw new GraphQLError("PersistedQueryNotSupported", { extensions: { code: "PERSISTED_QUERY_NOT_SUPPORTED" } });
    },
    onParse({ parseFn, setParseFn }) {
      setParseFn((source, options) => {
        checkTokens(source);
        return parseFn(source, options);
      });
    },
    // Not a validation rule: only here the variables are known, and the document is valid.
    async onExecute({ args }) {
      checkWeight(args);
      const points = introspectionPrice(args);
      if (points > 0) await args.contextValue.pay(points).catch((error: Error) => Promise.reject(new GraphQLError(error.message, { originalError: error })));
    },
  };
}

function safeErrors(logger: Logger): Plugin<object, GraphqlContext> {
  return {
    onResultProcess({ result, setResult }) {
      if (Array.isArray(result) || !("errors" in result) || !result.errors) return;
      // A failed call that many fields share is logged once.
      const logged = new Set<unknown>();
      const errors = result.errors.map((error: GraphQLError) => {
        const problem = problemOf(error);
        const cause = error.originalError ?? error;
        if (problem.status >= 500 && !logged.has(cause)) logFailure(logger, "a field failed", cause, { path: error.path?.join(".") });
        logged.add(cause);
        return clientError(error, problem, "data" in result);
      });
      setResult({ ...result, errors });
    },
  };
}

/** Yoga reads requests as text. Parsed JSON may be nested too deeply to be serialised again. */
function textOf(body: unknown): string {
  try {
    // An absent body is no GraphQL request, as null is none.
    return JSON.stringify(body ?? null);
  } catch (cause) {
    throw new Problem("malformed_request", { message: "The variables are nested too deeply.", cause });
  }
}

/** The schema with the limits of its documents. */
export function createGraphqlServer(logger: Logger): RunGraphql {
  const schema = createSchema<GraphqlContext>({ typeDefs, resolvers });
  const yoga = createYoga<GraphqlContext>({
    schema,
    plugins: [bounded(createIntrospectionPrice(schema)), safeErrors(logger)],
    // The plugin makes every error safe.
    maskedErrors: false,
    // Clients could fill it with endless documents.
    parserAndValidationCache: false,
    logging: false,
    graphiql: false,
    landingPage: false,
    cors: false,
  });
  return async (body, accept, context) => {
    const answer = await yoga.fetch(
      "http://localhost/graphql",
      { method: "POST", headers: { "content-type": "application/json", accept }, body: textOf(body) },
      context,
    );
    return { status: answer.status, contentType: answer.headers.get("content-type") ?? accept, text: await answer.text() };
  };
}
