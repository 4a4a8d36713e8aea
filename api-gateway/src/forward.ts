import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { correlationHeader } from "@newfeed/shared/http/correlation.ts";
import { passportHeader } from "@newfeed/shared/http/passport.ts";
import type { Upstream } from "@newfeed/shared/ports/upstream.ts";

/** RFC 9110, section 7.6.1: meant for one connection only. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "proxy-connection",
  "expect",
  "host",
]);
/** What only we may say to a service. */
const ours = /^x-(user|service|internal|forwarded)-/;

export interface ForwardOptions {
  upstream: Upstream;
  /** Path with query. */
  path: string;
  passport: string;
  address: string;
  /** Only auth-service reads cookies. */
  withCookies: boolean;
}

function requestHeaders(request: IncomingMessage, { passport, address, withCookies }: ForwardOptions, correlationId: string): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (hopByHop.has(name) || ours.test(name) || name === "authorization" || (name === "cookie" && !withCookies)) continue;
    headers[name] = value;
  }
  headers[passportHeader] = passport;
  headers[correlationHeader] = correlationId;
  headers["x-forwarded-for"] = address;
  return headers;
}

/** Passes a request on and its answer back, both as streams: no body is held or parsed here. Throws the upstream's problems. */
export async function forward(request: IncomingMessage, response: ServerResponse, options: ForwardOptions): Promise<void> {
  const gone = new AbortController();
  const onClose = () => gone.abort();
  response.once("close", onClose);
  const hasBody = request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"] ?? 0) > 0;
  const answer = await options.upstream.request({
    method: request.method ?? "GET",
    path: options.path,
    headers: requestHeaders(request, options, String(response.getHeader(correlationHeader))),
    ...(hasBody && { body: request }),
    signal: gone.signal,
  });
  for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined && !hopByHop.has(name)) response.setHeader(name, value);
  // A refusal may come before the whole upload was read: the rest is not wanted.
  if (hasBody && !request.complete) response.setHeader("connection", "close");
  response.writeHead(answer.status);
  try {
    await pipeline(answer.body, response);
  } catch {
    // One side went away in the middle; the status is sent, so cutting the connection is all there is to say.
    response.destroy();
  } finally {
    response.off("close", onClose);
  }
}
