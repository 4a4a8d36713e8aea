import { type ErrorCode, Problem } from "@newfeed/shared/contracts/errors.ts";
import { toProblem } from "@newfeed/shared/http/problems.ts";
import { GraphQLError } from "graphql";

/** What yoga says of a request that it cannot read; all else that graphql itself refuses is a document that is not valid. */
const unreadable = new Set<unknown>(["GRAPHQL_PARSE_FAILED", "BAD_REQUEST", "OPERATION_RESOLUTION_FAILURE"]);

function causeOf(error: GraphQLError): unknown {
  const { originalError } = error;
  return originalError instanceof GraphQLError ? causeOf(originalError) : originalError;
}

function refusalOf({ message, extensions }: GraphQLError): Problem {
  if (extensions["unexpected"]) return new Problem("internal", { internal: message });
  const code: ErrorCode = unreadable.has(extensions["code"]) ? "malformed_request" : "validation_failed";
  return new Problem(code, { message });
}

/** Any error's problem: what a service or a limit said, or what graphql did not accept. */
export function problemOf(error: GraphQLError): Problem {
  const cause = causeOf(error);
  return cause ? toProblem(cause) : refusalOf(error);
}

/** The error as a client sees it: where, and the problem's safe face, with `extensions: {code, errors?, retryAfter?}`. */
export function clientError(error: GraphQLError, { publicMessage, code, errors, retryAfter }: Problem): GraphQLError {
  return new GraphQLError(publicMessage, {
    nodes: error.nodes ?? null,
    source: error.source,
    positions: error.positions,
    path: error.path,
    originalError: error.originalError,
    extensions: {
      code,
      ...(errors && { errors }),
      ...(retryAfter !== undefined && { retryAfter }),
      // Yoga's own: the answer's status; taken out before it is sent.
      ...(error.extensions["http"] !== undefined && { http: error.extensions["http"] }),
    },
  });
}
