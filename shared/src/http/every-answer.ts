import { type IncomingMessage, type RequestListener, ServerResponse } from "node:http";
import cors from "cors";
import helmet from "helmet";
import { correlationHeader } from "./correlation.ts";
import { internalTokenHeader } from "./internal-tokens.ts";

/** Sets the headers that every answer has; answers CORS preflights itself instead of calling `next`. */
export type EveryAnswer = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

const secure = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  // Pages of other origins read answers by CORS, or not at all. Media files have a policy of their own.
  crossOriginResourcePolicy: { policy: "same-origin" },
});

/** What pages of allowed origins may read of an answer's headers, beside those that all pages may. */
export const exposedHeaders = ["link", "x-stream-cursor", "ratelimit", "retry-after", correlationHeader];

/** Helmet's headers do not depend on the request, and its dozen functions cost as much as forwarding: it runs once. */
export function securityHeaders(): [string, string][] {
  const request = { method: "GET", headers: {} } as IncomingMessage;
  const response = new ServerResponse(request);
  secure(request, response, () => {});
  // What does not depend on who asks says how long it may be kept.
  response.setHeader("cache-control", "no-store");
  return Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]);
}

/** Pages of `allowedOrigins` may read answers, and of their headers also those in `exposed`, beside those of the same origin. To others no header tells which are allowed. */
export function createEveryAnswer(allowedOrigins: readonly string[], exposed: readonly string[] = []): EveryAnswer {
  const constant = securityHeaders();
  const allow = allowedOrigins.length > 0 && cors({ origin: [...allowedOrigins], credentials: true, exposedHeaders: [...exposedHeaders, ...exposed] });
  return (request, response, next) => {
    for (const [name, value] of constant) response.setHeader(name, value);
    if (!allow) return next();
    if (allowedOrigins.includes(request.headers.origin ?? "")) return allow(request, response, next);
    response.setHeader("vary", "Origin");
    next();
  };
}

/** A listener that clients reach directly: its answers have those headers too, except to calls that the gateway or a service makes. */
export const withEveryAnswer =
  (everyAnswer: EveryAnswer, handle: RequestListener): RequestListener =>
  (request, response) => {
    if (request.headers[internalTokenHeader] !== undefined) handle(request, response);
    else everyAnswer(request, response, () => handle(request, response));
  };
