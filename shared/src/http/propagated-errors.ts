import type { ServerResponse } from "node:http";
import { Problem } from "../contracts/errors.ts";

/** On the answer of a service that works, about one that it had to ask. Between services only: it goes no further. */
const header = "x-failed-upstream";

const ofUpstreams: ReadonlySet<Problem["code"]> = new Set(["service_unavailable", "upstream_timeout", "bad_gateway"]);

/**
 * Marks an answer as another service's failure: the caller's breaker must not open for that. Without the mark one
 * service that was away for seconds took along everything of the services that ask it, for half a minute each.
 */
export function markPropagated(response: ServerResponse, error: unknown): void {
  // What the database does to us is no `Problem` yet.
  if (error instanceof Problem && ofUpstreams.has(error.code) && !response.headersSent) response.setHeader(header, "1");
}

/** Takes the mark off an answer; gives whether it was there. */
export function takePropagatedMark(headers: Record<string, unknown>): boolean {
  const marked = header in headers;
  delete headers[header];
  return marked;
}
