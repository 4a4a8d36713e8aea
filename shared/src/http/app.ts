import { parse } from "node:querystring";
import express, { type Express, type Request, type RequestHandler } from "express";
import { Problem } from "../contracts/errors.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Tracing } from "../ports/tracing.ts";
import { createHealth, type HealthCheck, healthRoutes } from "./health.ts";
import { type Claims, internalTokenHeader } from "./internal-tokens.ts";
import { metricsRoute } from "./metrics.ts";
import { observe } from "./observe.ts";
import { notFoundHandler, problemHandler } from "./problems.ts";

export interface AppOptions {
  service: string;
  instance?: string;
  logger: Logger;
  /** Checks an internal token for this service. */
  verify: (token: string) => Claims | undefined;
  checks: Record<string, HealthCheck>;
  /** True once the process is shutting down. */
  isDraining: () => boolean;
  metrics: Pick<Metrics, "requestsOf" | "render">;
  /** Continues the traces of callers. */
  tracing?: Tracing | undefined;
  /** What `/metrics` asks for; null serves none. */
  metricsToken: string | null;
  /** Adds the service's own routes. */
  routes: (app: Express) => void;
}

const claimsOf = new WeakMap<Request, Claims>();

/** The claims of the request's internal token. Throws `unauthenticated` without a valid one: services accept no other calls. */
export function callerOf(request: Request): Claims {
  const claims = claimsOf.get(request);
  if (!claims) throw new Problem("unauthenticated", { internal: "no valid internal token" });
  return claims;
}

/** The Express app of a service: correlation, health, metrics, identity, its routes, and a problem for every failure. */
export function createApp({ service, instance = service, logger, verify, checks, isDraining, metrics, tracing, metricsToken, routes }: AppOptions): Express {
  const app = bareApp();
  app.use(uncached);
  app.use(observe(logger, metrics.requestsOf(service), tracing && { tracing, begin: false }));
  healthRoutes(app, service, createHealth({ service, instance, checks, isDraining, logger }));
  metricsRoute(app, { render: metrics.render, token: metricsToken });
  app.use((request, _response, next) => {
    const token = request.headers[internalTokenHeader];
    const claims = typeof token === "string" ? verify(token) : undefined;
    if (claims) claimsOf.set(request, claims);
    next();
  });
  routes(app);
  app.use(notFoundHandler);
  app.use(problemHandler(logger));
  return app;
}

/** Most answers depend on who asks. A route whose answer does not says how long it may be kept. */
const uncached: RequestHandler = (_request, response, next) => {
  response.setHeader("cache-control", "no-store");
  next();
};

/** Express refuses a path that is not UTF-8, but would read a query with replacement characters. */
function parseQuery(text: string | undefined) {
  try {
    decodeURIComponent(text ?? "");
  } catch (cause) {
    throw new Problem("malformed_request", { message: "The query is not percent-encoded UTF-8.", cause });
  }
  return parse(text ?? "");
}

/** Express without the features that no part uses. */
export function bareApp(): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", parseQuery);
  app.set("case sensitive routing", true);
  return app;
}
