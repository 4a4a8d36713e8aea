import type { IncomingMessage, ServerResponse } from "node:http";
import type { Request, RequestHandler } from "express";
import type { Logger } from "../ports/logger.ts";
import type { RequestMetrics } from "../ports/metrics.ts";
import { correlationHeader, correlationIdOf } from "./correlation.ts";

/** The pattern of the route that took the request; of several, the first: the others are its older names. */
function routeOf({ route }: Request): string {
  const path: unknown = route?.path;
  return String((Array.isArray(path) ? path[0] : path) ?? "none");
}

/** Gives a request its correlation id, and logs and counts what it was answered. `route` is asked for once that is done. */
export type Observe = (request: IncomingMessage, response: ServerResponse, path: string, route: () => string) => void;

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
      // An event stream lasts as long as somebody looks.
      if (!String(response.getHeader("content-type")).startsWith("text/event-stream"))
        metrics.answered({ route: route(), method, status, seconds: milliseconds / 1000 });
    });
  };
}

/** The same for all requests of an Express app. */
export function observe(logger: Logger, metrics: RequestMetrics): RequestHandler {
  const begin = createObserve(logger, metrics);
  return (request, response, next) => {
    begin(request, response, request.path, () => routeOf(request));
    next();
  };
}
