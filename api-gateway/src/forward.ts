import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { correlationHeader } from "@newfeed/shared/http/correlation.ts";
import { CallerGone } from "@newfeed/shared/http/exchange.ts";
import { internalTokenHeader } from "@newfeed/shared/http/internal-tokens.ts";
import { hasBody } from "@newfeed/shared/http/slow-bodies.ts";
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
/** Headers that only the gateway may set. */
const internal = /^x-(user|service|internal|forwarded)-/;

export interface ForwardOptions {
  upstream: Upstream;
  /** Path with query. */
  path: string;
  internalToken: string;
  address: string;
  /** Only auth-service reads cookies. */
  withCookies: boolean;
  /** An upload: its body is passed on as it arrives. Any other body is short. */
  streamed?: boolean;
  /** Called with the headers of the answer before the client gets them; may change them. */
  answered?: ((headers: IncomingHttpHeaders) => void) | undefined;
}

function requestHeaders(request: IncomingMessage, { internalToken, address, withCookies }: ForwardOptions, correlationId: string): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {};
  for (const name in request.headers) {
    if (hopByHop.has(name) || name === "authorization" || (name === "cookie" && !withCookies)) continue;
    if (name.startsWith("x-") && internal.test(name)) continue;
    headers[name] = request.headers[name];
  }
  headers[internalTokenHeader] = internalToken;
  headers[correlationHeader] = correlationId;
  headers["x-forwarded-for"] = address;
  return headers;
}

/**
 * A body that is to be forwarded in one piece with the head, however it is framed: as a stream it costs a third more, and a
 * caller that sends slowly would occupy a connection to the service. Throws `payload_too_large`.
 */
function gathered(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"]) > bounds.jsonBodyBytes) return reject(new Problem("payload_too_large"));
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bounds.jsonBodyBytes) return void chunks.push(chunk);
      // What still comes is dropped, and the connection is closed after the answer.
      chunks.length = 0;
      reject(new Problem("payload_too_large"));
    });
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", (cause) => reject(new CallerGone("the caller stopped sending", { cause })));
  });
}

function bodyOf(request: IncomingMessage, response: ServerResponse, streamed = false): Promise<Buffer> | IncomingMessage | undefined {
  if (!hasBody(request)) return undefined;
  if (streamed) return request;
  return gathered(request).catch((error: unknown) => {
    if (!response.headersSent) response.setHeader("connection", "close");
    throw error;
  });
}

/**
 * Forwards a request and returns its answer: uploads are streamed, no body is parsed. Resolves when the answer has begun;
 * throws `payload_too_large`, and the upstream's problems.
 */
export async function forward(request: IncomingMessage, response: ServerResponse, options: ForwardOptions): Promise<void> {
  // Its events are over.
  if (request.destroyed) throw new CallerGone("the caller disconnected");
  const body = await bodyOf(request, response, options.streamed);
  /** Bytes still to come, if the service sent a content-length. */
  let left = Number.NaN;
  const receiver: AnswerReceiver = {
    start(status, headers) {
      options.answered?.(headers);
      for (const name in headers) {
        const value = headers[name];
        if (value !== undefined && !hopByHop.has(name)) response.setHeader(name, value);
      }
      left = Number(headers["content-length"]);
      // A refusal may come before the whole body was read: the rest is not wanted.
      if (body && !request.complete) response.setHeader("connection", "close");
      response.writeHead(status);
    },
    data(chunk) {
      if (response.destroyed) return false;
      left -= chunk.length;
      // The last chunk is written together with the end.
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
    // The status is sent: only cutting the connection shows the failure.
    broken: () => response.destroy(),
  };
  const passage = options.upstream.pass(
    {
      method: request.method ?? "GET",
      path: options.path,
      headers: requestHeaders(request, options, String(response.getHeader(correlationHeader))),
      ...(body && { body }),
    },
    receiver,
  );
  response.once("close", () => {
    if (!response.writableFinished) passage.cancel();
  });
  await passage.started;
}
