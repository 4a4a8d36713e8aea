import { type ErrorCode, errorTable, Problem, type ProblemDocument } from "../contracts/errors.ts";
import type { Route, RouteInput, RouteResponse } from "../contracts/route.ts";
import { currentCorrelationId } from "../ports/context.ts";
import type { Upstream } from "../ports/upstream.ts";
import { correlationHeader } from "./correlation.ts";
import { internalTokenHeader } from "./internal-tokens.ts";

/** What a call needs of a route's input; parts that a route does not have may be left out. */
export type CallInput<R extends Route> = Partial<RouteInput<R>>;

export interface CallOptions {
  internalToken: string;
  headers?: Record<string, string>;
  /** Gives the call up. */
  signal?: AbortSignal | undefined;
}

/** A route's path with its parameters filled in. */
export const pathFor = (path: string, params: Record<string, unknown> = {}): string =>
  path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));

/** Calls a route of another service, under the correlation id of the running context. Throws its problem as a `Problem`. */
export async function callRoute<R extends Route>(
  upstream: Upstream,
  route: R,
  input: CallInput<R>,
  { internalToken, headers, signal }: CallOptions,
): Promise<RouteResponse<R>> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries((input.query ?? {}) as Record<string, unknown>))
    if (value !== undefined && value !== null) search.set(name, String(value));
  const query = search.size > 0 ? `?${search}` : "";
  const hasBody = input.body !== undefined;
  const response = await upstream.request({
    method: route.method.toUpperCase(),
    path: pathFor(route.path, input.params as Record<string, unknown> | undefined) + query,
    headers: {
      ...headers,
      [internalTokenHeader]: internalToken,
      [correlationHeader]: currentCorrelationId(),
      ...(hasBody && { "content-type": "application/json" }),
    },
    ...(hasBody && { body: JSON.stringify(input.body) }),
    ...(signal && { signal }),
  });
  const text = await response.body.text();
  if (response.status >= 200 && response.status < 300) return (text ? JSON.parse(text) : undefined) as RouteResponse<R>;
  throw problemFrom(route, response.status, text);
}

function problemFrom({ service, name }: Route, status: number, text: string): Problem {
  try {
    const document = JSON.parse(text) as ProblemDocument;
    if (document.code in errorTable) {
      const code: ErrorCode = document.code;
      return new Problem(code, {
        message: document.message,
        ...(document.errors && { errors: document.errors }),
        ...(document.retryAfter !== undefined && { retryAfter: document.retryAfter }),
      });
    }
  } catch {
    // Not a problem document: said below.
  }
  return new Problem("bad_gateway", { internal: `${name} of ${service} answered ${status}: ${text.slice(0, 200)}` });
}

/** Calls of one service to another, with its own internal token. `signal` gives a call up that took too long to be of use. */
export type ServiceClient = <R extends Route>(route: R, input: CallInput<R>, signal?: AbortSignal) => Promise<RouteResponse<R>>;
