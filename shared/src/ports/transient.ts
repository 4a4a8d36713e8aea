import { Problem } from "../contracts/errors.ts";

const networkCodes = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "ENOENT"]);

/** SQLSTATE: connection lost (08), out of resources (53), operator intervention (57, but for a statement that took too long: it would again), serialization failure, deadlock, lock timeout. */
const sqlStates = /^(08|53)|^57(?!014)|^(40001|40P01|55P03|25P03)$/;

/** What the ORM says of its own: the server is away, no connection or no time was left, a write conflict. */
const ormCodes = /^(P1001|P1002|P1008|P1017|P2024|P2028|P2034)$/;

/** The error's own code, or the SQLSTATE that the ORM wraps in an error about a raw query. */
function codeOf(error: Error): string {
  const { code, meta } = error as { code?: unknown; meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } } };
  const inner = meta?.driverAdapterError?.cause?.originalCode;
  return typeof inner === "string" ? inner : typeof code === "string" ? code : "";
}

/** Did a migration change what a prepared statement gives? Another connection plans it anew. */
export const isOutdatedPlan = (error: unknown): boolean => error instanceof Error && codeOf(error) === "0A000" && /cached plan/.test(error.message);

/** Did two transactions get into each other's way, so that one was rolled back (or a migration into its)? Run again, it works. */
export const isConflict = (error: unknown): boolean => error instanceof Error && (/^(40001|40P01|P2034)$/.test(codeOf(error)) || isOutdatedPlan(error));

/**
 * Is this failure a dependency's (a database restarting, another service being away), so that trying the same thing
 * again later makes sense? Anything else is the work's own fault.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof Problem) return error.code === "service_unavailable" || error.code === "upstream_timeout" || error.code === "bad_gateway";
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (networkCodes.has(code) || sqlStates.test(code) || ormCodes.test(code) || isOutdatedPlan(error)) return true;
  // pg's own errors carry no code.
  if (/Connection terminated|is not queryable|timeout exceeded when trying to connect|^timeout expired$|Query read timeout/.test(error.message)) return true;
  return error.cause !== undefined && isTransient(error.cause);
}
