import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { correlationHeader } from "@newfeed/shared/http/correlation.ts";
import { passportHeader } from "@newfeed/shared/http/passport.ts";
import type { AnswerReceiver, Upstream } from "@newfeed/shared/ports/upstream.ts";

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
  for (const name in request.headers) {
    if (hopByHop.has(name) || name === "authorization" || (name === "cookie" && !withCookies)) continue;
    if (name.startsWith("x-") && ours.test(name)) continue;
    headers[name] = request.headers[name];
  }
  headers[passportHeader] = passport;
  headers[correlationHeader] = correlationId;
  headers["x-forwarded-for"] = address;
  return headers;
}

/**
 * Passes a request on and its answer back, both as they come: no body is held or parsed here. Resolves when the answer
 * has begun; throws the upstream's problems.
 */
export function forward(request: IncomingMessage, response: ServerResponse, options: ForwardOptions): Promise<void> {
  const hasBody = request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"] ?? 0) > 0;
  /** Bytes that are still to come, where the service said how many. */
  let left = Number.NaN;
  const receiver: AnswerReceiver = {
    start(status, headers) {
      for (const name in headers) {
        const value = headers[name];
        if (value !== undefined && !hopByHop.has(name)) response.setHeader(name, value);
      }
      left = Number(headers["content-length"]);
      // A refusal may come before the whole upload was read: the rest is not wanted.
      if (hasBody && !request.complete) response.setHeader("connection", "close");
      response.writeHead(status);
    },
    data(chunk) {
      if (response.destroyed) return false;
      left -= chunk.length;
      // The last piece goes out with the head, or at least with the end.
      if (left === 0) response.end(chunk);
      else if (!response.write(chunk)) {
        response.once("drain", passage.resume);
        return false;
      }
      return true;
    },
    end() {
      if (!response.writableEnded) response.end();
    },
    // The status is sent, so cutting the connection is all there is to say.
    broken: () => response.destroy(),
  };
  const passage = options.upstream.pass(
    {
      method: request.method ?? "GET",
      path: options.path,
      headers: requestHeaders(request, options, String(response.getHeader(correlationHeader))),
      ...(hasBody && { body: request }),
    },
    receiver,
  );
  response.once("close", () => {
    if (!response.writableFinished) passage.cancel();
  });
  return passage.started;
}
