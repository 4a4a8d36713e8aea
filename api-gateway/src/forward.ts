import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { correlationHeader } from "@newfeed/shared/http/correlation.ts";
import { CallerGone } from "@newfeed/shared/http/exchange.ts";
import { internalTokenHeader } from "@newfeed/shared/http/internal-tokens.ts";
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
 * Bodies up to this many bytes are buffered, and forwarded in one piece with the head: as streams they cost a third more,
 * and a caller that sends slowly occupies a connection to the service.
 */
const bufferedBytes = 64 * 1024;

function bodyOf(request: IncomingMessage): Promise<Buffer> | IncomingMessage | undefined {
  const length = Number(request.headers["content-length"] ?? 0);
  if (request.headers["transfer-encoding"] !== undefined || length > bufferedBytes) return request;
  if (length === 0) return undefined;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", (cause) => reject(new CallerGone("the caller stopped sending", { cause })));
  });
}

/**
 * Forwards a request and returns its answer: long bodies are streamed, none is parsed. Resolves when the answer has begun;
 * throws the upstream's problems.
 */
export async function forward(request: IncomingMessage, response: ServerResponse, options: ForwardOptions): Promise<void> {
  // Its events are over.
  if (request.destroyed) throw new CallerGone("the caller disconnected");
  const body = await bodyOf(request);
  /** Bytes still to come, if the service sent a content-length. */
  let left = Number.NaN;
  const receiver: AnswerReceiver = {
    start(status, headers) {
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
