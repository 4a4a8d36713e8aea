import type { IncomingMessage, ServerResponse } from "node:http";
import type { Request, RequestHandler } from "express";
import { errorTable } from "../contracts/errors.ts";
import { type RequestContext, runInContext } from "../ports/context.ts";
import type { Logger } from "../ports/logger.ts";
import type { RequestMetrics } from "../ports/metrics.ts";
import { type Tracing, traceparentHeader } from "../ports/tracing.ts";
import { correlationHeader, correlationIdOf } from "./correlation.ts";
import { problemCodeOf } from "./problems.ts";

/** The pattern of the route that took the request; of several, the first: the others are older paths. */
function routeOf({ route }: Request): string {
  const path: unknown = route?.path;
  return String((Array.isArray(path) ? path[0] : path) ?? "none");
}

/** Gives a request its correlation id, and a span where requests are traced; returns them as its context; logs and counts the answer once it is sent, and only then calls `route`. */
export type Observe = (request: IncomingMessage, response: ServerResponse, path: string, route: () => string) => RequestContext;

/** How requests are traced: as parts of their callers' traces, or at the edge, where requests without one begin a trace. */
export interface TraceRequests {
  tracing: Tracing;
  begin: boolean;
}

/** Of a trace that is kept: the last flag says so (https://www.w3.org/TR/trace-context/#sampled-flag). */
const keptTraceOf = (traceparent: string | undefined) => /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f][13579bdf]$/.exec(traceparent ?? "")?.[1];

const untraced = /^\/(health|metrics)\b/;

/** Takes the place of the header that came: what is forwarded belongs to this span. */
function startSpan({ tracing, begin }: TraceRequests, request: IncomingMessage, path: string) {
  const { method = "" } = request;
  const given = request.headers[traceparentHeader];
  if ((!given && !begin) || untraced.test(path)) return undefined;
  const span = tracing.start(method, {
    kind: "server",
    parent: typeof given === "string" ? given : undefined,
    attributes: { "http.request.method": method, "url.path": path },
  });
  request.headers[traceparentHeader] = span.traceparent;
  return span;
}

export function createObserve(logger: Logger, metrics: RequestMetrics, traces?: TraceRequests): Observe {
  return (request, response, path, route) => {
    const correlationId = correlationIdOf(request);
    response.setHeader(correlationHeader, correlationId);
    const started = performance.now();
    const span = traces && startSpan(traces, request, path);
    response.once("finish", () => {
      const milliseconds = performance.now() - started;
      const { method = "" } = request;
      const code = problemCodeOf(response);
      // Over gRPC a problem, too, is answered with 200.
      const status = code && response.statusCode < 400 ? errorTable[code].status : response.statusCode;
      logger.http("request", { method, path, status, milliseconds: Math.round(milliseconds), correlationId });
      // An event stream lasts as long as its client stays.
      if (!String(response.getHeader("content-type")).startsWith("text/event-stream"))
        metrics.answered({
          route: route(),
          method,
          status,
          seconds: milliseconds / 1000,
          code: status >= 400 ? code : undefined,
          traceId: keptTraceOf(span?.traceparent),
        });
      span?.end({
        name: `${method} ${route()}`,
        attributes: { "http.response.status_code": status, "http.route": route() },
        ...(status >= 500 && { error: status }),
      });
    });
    return span ? { correlationId, traceparent: span.traceparent } : { correlationId };
  };
}

/** The same for all requests of an Express app; each runs in a context of its own. */
export function observe(logger: Logger, metrics: RequestMetrics, traces?: TraceRequests): RequestHandler {
  const begin = createObserve(logger, metrics, traces);
  return (request, response, next) => {
    runInContext(
      begin(request, response, request.path, () => routeOf(request)),
      next,
    );
  };
}
