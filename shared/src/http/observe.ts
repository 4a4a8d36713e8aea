import type { Request, RequestHandler } from "express";
import type { Logger } from "../ports/logger.ts";
import type { RequestMetrics } from "../ports/metrics.ts";
import { correlationHeader, correlationIdOf } from "./correlation.ts";

/** The pattern of the route that took the request; of several, the first: the others are its older names. */
function routeOf({ route }: Request): string {
  const path: unknown = route?.path;
  return String((Array.isArray(path) ? path[0] : path) ?? "none");
}

/** Gives each request its correlation id, and logs and counts what it was answered. */
export function observe(logger: Logger, metrics: RequestMetrics): RequestHandler {
  return (request, response, next) => {
    const correlationId = correlationIdOf(request);
    response.setHeader(correlationHeader, correlationId);
    const started = performance.now();
    response.once("finish", () => {
      const milliseconds = performance.now() - started;
      const { method, path } = request;
      const status = response.statusCode;
      logger.http("request", { method, path, status, milliseconds: Math.round(milliseconds), correlationId });
      // An event stream lasts as long as somebody looks.
      if (!String(response.getHeader("content-type")).startsWith("text/event-stream"))
        metrics.answered({ route: routeOf(request), method, status, seconds: milliseconds / 1000 });
    });
    next();
  };
}
