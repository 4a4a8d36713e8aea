import type { IncomingMessage, ServerResponse } from "node:http";
import type { Problem } from "../contracts/errors.ts";
import type { Closing } from "../contracts/sockets.ts";
import { sendProblem } from "./problems.ts";

/** One event of a stream (WHATWG HTML, section 9.2.6). JSON has no line breaks, so one data line is enough. */
export const frame = (event: string, data: unknown, id?: string): string => `${id ? `id: ${id}\n` : ""}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** How long a client waits before it reconnects, in milliseconds: jittered, so that a crowd does not return in one moment. */
export const reconnectAfterMs = (leastMs = 500): number => leastMs + Math.floor(Math.random() * 2_500);

/** The last event of a stream. `retry` tells a stock EventSource, which reads no other, when to reconnect. */
export const closingFrame = (reason: Closing): string => `${reason.retryAfterMs > 0 ? `retry: ${reason.retryAfterMs}\n` : ""}${frame("closing", reason)}`;

/** What an EventSource sends. Other programs may read the same stream with a status of its own. */
const isEventSource = ({ method, headers }: IncomingMessage) => method === "GET" && /\btext\/event-stream\b/i.test(headers.accept ?? "");

export const eventStreamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
} as const;

/**
 * Answers a request for an event stream that cannot be opened. On any status but 200 an EventSource closes for good (WHATWG
 * HTML, section 9.2.3), so it gets an empty stream with `closing`, and returns, where waiting helps: after 429 and 5xx.
 * Everything else, and a client that is no EventSource, gets the problem. Returns the reason that it sent.
 */
export function refuseEventStream(request: IncomingMessage, response: ServerResponse, problem: Problem): Closing | undefined {
  const { status, code, retryAfter } = problem;
  if (!isEventSource(request) || (status !== 429 && status < 500) || response.headersSent) {
    sendProblem(response, problem);
    return undefined;
  }
  const reason: Closing = {
    code: code === "rate_limited" || code === "too_many_streams" ? code : "service_unavailable",
    retryAfterMs: reconnectAfterMs(retryAfter === undefined ? undefined : Math.ceil(retryAfter * 1_000)),
    resume: true,
  };
  response.writeHead(200, eventStreamHeaders).end(closingFrame(reason));
  return reason;
}
