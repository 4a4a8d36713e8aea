import type { ServerResponse } from "node:http";
import { Problem } from "../contracts/errors.ts";

/** On the answer of a working service whose own upstream failed. Between services only: the gateway drops it. */
const header = "x-failed-upstream";

const ofUpstreams: ReadonlySet<Problem["code"]> = new Set(["service_unavailable", "upstream_timeout", "bad_gateway", "provider_unavailable"]);

/**
 * Marks an answer as the failure of another service: the caller's breaker must not open for it. Without the mark, an
 * outage of seconds in one service opened the breakers of all services that call it, for half a minute each.
 */
export function markPropagated(response: ServerResponse, error: unknown): void {
  // A failure of the database is no `Problem` yet.
  if (error instanceof Problem && ofUpstreams.has(error.code) && !response.headersSent) response.setHeader(header, "1");
}

/** Removes the mark from an answer; returns whether it was there. */
export function takePropagatedMark(headers: Record<string, unknown>): boolean {
  const marked = header in headers;
  delete headers[header];
  return marked;
}
