import { type ErrorCode, Problem } from "@newfeed/shared/contracts/errors.ts";
import { toProblem } from "@newfeed/shared/http/problems.ts";
import { GraphQLError, type GraphQLErrorExtensions } from "graphql";

/** Codes of a request that cannot be run; whatever else graphql refuses is an invalid document. */
const unreadable = new Set<unknown>(["GRAPHQL_PARSE_FAILED", "BAD_REQUEST", "OPERATION_RESOLUTION_FAILURE", "PERSISTED_QUERY_NOT_SUPPORTED"]);

function causeOf(error: GraphQLError): unknown {
  const { originalError } = error;
  return originalError instanceof GraphQLError ? causeOf(originalError) : originalError;
}

function refusalOf({ message, extensions }: GraphQLError): Problem {
  if (extensions["unexpected"]) return new Problem("internal", { internal: message });
  const code: ErrorCode = unreadable.has(extensions["code"]) ? "malformed_request" : "validation_failed";
  return new Problem(code, { message });
}

/** An error's problem: of a service, of a limit, or of graphql itself. */
export function problemOf(error: GraphQLError): Problem {
  const cause = causeOf(error);
  return cause ? toProblem(cause) : refusalOf(error);
}

/**
 * What decides the status of an answer without data. GraphQL over HTTP: with `application/json` it is 200 for a document
 * that is refused (Yoga's `spec`), but 400 for what is no GraphQL request.
 */
function httpOf({ extensions }: GraphQLError, status: number, hasData: boolean): GraphQLErrorExtensions["http"] {
  if (extensions["code"] === "BAD_REQUEST") return { spec: false, status };
  return extensions["http"] ?? (hasData ? undefined : { spec: status < 500, status });
}

/** The error as a client gets it: its path, the problem's public message, and `extensions: {code, errors?, retryAfter?}`. */
export function clientError(error: GraphQLError, { publicMessage, code, status, errors, retryAfter }: Problem, hasData: boolean): GraphQLError {
  const http = httpOf(error, status, hasData);
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
      // Yoga removes it before sending.
      ...(http !== undefined && { http }),
    },
  });
}
