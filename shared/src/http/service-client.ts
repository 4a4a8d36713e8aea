import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { type ErrorCode, errorTable, Problem, type ProblemDocument } from "../contracts/errors.ts";
import type { Route, RouteResult } from "../contracts/route.ts";
import type { PartName, ServiceName } from "../contracts/services.ts";
import { currentCorrelationId } from "../ports/context.ts";
import type { CallInput, CallOptions, ServiceClient } from "../ports/service-client.ts";
import type { Upstream } from "../ports/upstream.ts";
import { correlationHeader } from "./correlation.ts";
import { type InternalTokens, internalTokenHeader } from "./internal-tokens.ts";

export interface HttpCallOptions extends CallOptions {
  internalToken: string;
  headers?: Record<string, string>;
  /** The body of a `multipart` route, which is sent as it arrives. */
  upload?: { contentType: string; body: Readable };
  /** Called with the headers of the answer. */
  answered?: (headers: IncomingHttpHeaders) => void;
  /** Of the answer its body alone is read: it may come another way than over HTTP. */
  byName?: boolean;
}

export type Upstreams = Readonly<Record<ServiceName, Pick<Upstream, "request">>>;

/** A route's path with its parameters filled in. */
export const pathFor = (path: string, params: Record<string, unknown> = {}): string =>
  path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));

const textsOf = (values: object = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined || value === null ? [] : [[name, String(value)]])));

/** The method, and the path with its query, of a call of a route. */
export function requestFor(route: Pick<Route, "method" | "path">, { params, query }: { params?: object; query?: object }): { method: string; path: string } {
  const search = new URLSearchParams(textsOf(query));
  return {
    method: route.method.toUpperCase(),
    path: pathFor(route.path, params as Record<string, unknown> | undefined) + (search.size > 0 ? `?${search}` : ""),
  };
}

/** Calls a route over HTTP as `ServiceClient` says, with any internal token. */
export async function callRoute<R extends Route>(
  upstreams: Upstreams,
  route: R,
  input: CallInput<R>,
  { internalToken, headers, signal, upload, answered, byName }: HttpCallOptions,
): Promise<RouteResult<R>> {
  const body = input.body === undefined ? undefined : JSON.stringify(input.body);
  const response = await upstreams[route.service].request({
    ...requestFor(route, input as { params?: object; query?: object }),
    ...(byName && {
      call: { route: route.name, params: textsOf(input.params as object | undefined), query: textsOf(input.query as object | undefined), body },
    }),
    headers: {
      ...headers,
      [internalTokenHeader]: internalToken,
      [correlationHeader]: currentCorrelationId(),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(upload && { "content-type": upload.contentType }),
    },
    ...(body !== undefined && { body }),
    ...(upload && { body: upload.body }),
    ...(signal && { signal }),
  });
  answered?.(response.headers);
  const text = await response.body.text();
  if (response.status >= 200 && response.status < 300) return (text ? JSON.parse(text) : undefined) as RouteResult<R>;
  throw problemFrom(route, response.status, text);
}

/** The problem that a service answered; `bad_gateway` if it is none. */
export function problemFrom({ service, name }: Pick<Route, "service" | "name">, status: number, text: string): Problem {
  try {
    const document = JSON.parse(text) as ProblemDocument;
    if (document.code in errorTable) {
      const code: ErrorCode = document.code;
      return new Problem(code, {
        message: document.message,
        ...(document.errors && { errors: document.errors }),
        ...(document.retryAfter !== undefined && { retryAfter: document.retryAfter }),
        ...(document.proofs && { proofs: document.proofs }),
        ...(document.challenge && { challenge: document.challenge }),
        ...(document.suspension && { suspension: document.suspension }),
      });
    }
  } catch {
    // Not a problem document: said below.
  }
  return new Problem("bad_gateway", { internal: `${name} of ${service} answered ${status}: ${text.slice(0, 200)}` });
}

/** The calls of one part to the services, under its own name. */
export const createServiceClient =
  (caller: PartName, upstreams: Upstreams, internalTokens: Pick<InternalTokens, "mint">): ServiceClient =>
  (route, input, options) =>
    callRoute(upstreams, route, input, { ...options, internalToken: internalTokens.mint(route.service, { svc: caller }), byName: true });
