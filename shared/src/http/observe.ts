import type { IncomingMessage, ServerResponse } from "node:http";
import type { Request, RequestHandler } from "express";
import { runInContext } from "../ports/context.ts";
import type { Logger } from "../ports/logger.ts";
import type { RequestMetrics } from "../ports/metrics.ts";
import { correlationHeader, correlationIdOf } from "./correlation.ts";

/** The pattern of the route that took the request; of several, the first: the others are older paths. */
function routeOf({ route }: Request): string {
  const path: unknown = route?.path;
  return String((Array.isArray(path) ? path[0] : path) ?? "none");
}

/** Gives a request its correlation id, which it returns; logs and counts the answer once it is sent, and only then calls `route`. */
export type Observe = (request: IncomingMessage, response: ServerResponse, path: string, route: () => string) => string;

export function createObserve(logger: Logger, metrics: RequestMetrics): Observe {
  return (request, response, path, route) => {
    const correlationId = correlationIdOf(request);
    response.setHeader(correlationHeader, correlationId);
    const started = performance.now();
    response.once("finish", () => {
      const milliseconds = performance.now() - started;
      const { method = "" } = request;
      const status = response.statusCode;
      logger.http("request", { method, path, status, milliseconds: Math.round(milliseconds), correlationId });
      // An event stream lasts as long as its client stays.
      if (!String(response.getHeader("content-type")).startsWith("text/event-stream"))
        metrics.answered({ route: route(), method, status, seconds: milliseconds / 1000 });
    });
    return correlationId;
  };
}

/** The same for all requests of an Express app; each runs in a context of its own. */
export function observe(logger: Logger, metrics: RequestMetrics): RequestHandler {
  const begin = createObserve(logger, metrics);
  return (request, response, next) => {
    const correlationId = begin(request, response, request.path, () => routeOf(request));
    runInContext({ correlationId }, next);
  };
}
