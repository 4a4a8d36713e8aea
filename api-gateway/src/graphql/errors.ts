import { type ErrorCode, errorTable, Problem } from "@newfeed/shared/contracts/errors.ts";
import { toProblem } from "@newfeed/shared/http/problems.ts";
import { GraphQLError, type GraphQLFormattedError } from "graphql";

function causeOf(error: GraphQLError): unknown {
  const { originalError } = error;
  return originalError instanceof GraphQLError ? causeOf(originalError) : originalError;
}

/** What graphql refuses without a code is an invalid document. */
function refusalOf({ message, extensions }: GraphQLError): Problem {
  // Those of compiled operations may have no extensions, whatever their type says.
  const code = (extensions as GraphQLError["extensions"] | undefined)?.["code"];
  return new Problem(typeof code === "string" && code in errorTable ? (code as ErrorCode) : "validation_failed", { message });
}

/** An error's problem: of a service, of a limit, or of graphql itself. */
export function problemOf(error: GraphQLError): Problem {
  const cause = causeOf(error);
  return cause ? toProblem(cause) : refusalOf(error);
}

/** The error as a client gets it: its path, the problem's public message, and `extensions: {code, errors?, retryAfter?}`. */
export function clientError({ locations, path }: GraphQLError, { publicMessage, code, errors, retryAfter }: Problem): GraphQLFormattedError {
  const extensions = { code, ...(errors && { errors }), ...(retryAfter !== undefined && { retryAfter }) };
  return { message: publicMessage, ...(locations && { locations }), ...(path && { path }), extensions };
}
