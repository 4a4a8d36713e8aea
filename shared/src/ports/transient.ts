import { Problem } from "../contracts/errors.ts";

const networkCodes = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "ENOENT"]);

/** SQLSTATE: connection lost (08), out of resources (53), operator intervention (57), serialization failure, deadlock, lock timeout. */
const sqlStates = /^(08|53|57)|^(40001|40P01|55P03|25P03)$/;

/**
 * Is this failure the surroundings' (a database restarting, another service being away), so that trying the same thing
 * again later makes sense? Anything else is the work's own fault.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof Problem) return error.code === "service_unavailable" || error.code === "upstream_timeout" || error.code === "bad_gateway";
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (networkCodes.has(code) || sqlStates.test(code)) return true;
  // pg's own errors carry no code.
  if (/Connection terminated|timeout exceeded when trying to connect|Query read timeout/.test(error.message)) return true;
  return error.cause !== undefined && isTransient(error.cause);
}
