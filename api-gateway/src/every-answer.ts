import { type IncomingMessage, ServerResponse } from "node:http";
import { correlationHeader } from "@newfeed/shared/http/correlation.ts";
import cors from "cors";
import helmet from "helmet";

/** Sets the headers that every answer has; answers CORS preflights itself instead of calling `next`. */
export type EveryAnswer = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

const secure = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  // Pages of other origins read answers by CORS, or not at all. Media files have a policy of their own.
  crossOriginResourcePolicy: { policy: "same-origin" },
});

/** Helmet's headers do not depend on the request, and its dozen functions cost as much as forwarding: it runs once. */
function securityHeaders(): [string, string][] {
  const request = { method: "GET", headers: {} } as IncomingMessage;
  const response = new ServerResponse(request);
  secure(request, response, () => {});
  // What does not depend on who asks says how long it may be kept.
  response.setHeader("cache-control", "no-store");
  return Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]);
}

/** Pages of `allowedOrigins` may read answers, beside those of the same origin. */
export function createEveryAnswer(allowedOrigins: readonly string[]): EveryAnswer {
  const constant = securityHeaders();
  const allow =
    allowedOrigins.length > 0 &&
    cors({ origin: [...allowedOrigins], credentials: true, exposedHeaders: ["link", "x-stream-cursor", "ratelimit", "retry-after", correlationHeader] });
  return (request, response, next) => {
    for (const [name, value] of constant) response.setHeader(name, value);
    if (allow) allow(request, response, next);
    else next();
  };
}
