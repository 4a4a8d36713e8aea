import type { RequestListener } from "node:http";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { languageOf } from "@newfeed/shared/contracts/languages.ts";
import { authInternalRoutes } from "@newfeed/shared/contracts/routes/auth.ts";
import { type ServiceName, serviceNames } from "@newfeed/shared/contracts/services.ts";
import { createAddressOf } from "@newfeed/shared/http/address.ts";
import { bareApp } from "@newfeed/shared/http/app.ts";
import { createBearerTokens } from "@newfeed/shared/http/bearer-tokens.ts";
import { createEveryAnswer, type EveryAnswer } from "@newfeed/shared/http/every-answer.ts";
import { createHealth, Degraded, type Health, type HealthCheck, healthRoutes, isReady } from "@newfeed/shared/http/health.ts";
import type { InternalTokens } from "@newfeed/shared/http/internal-tokens.ts";
import { metricsRoute } from "@newfeed/shared/http/metrics.ts";
import { createObserve, observe } from "@newfeed/shared/http/observe.ts";
import { notFoundHandler, problemHandler } from "@newfeed/shared/http/problems.ts";
import { startRevocations } from "@newfeed/shared/http/revocations.ts";
import { callRoute, createServiceClient } from "@newfeed/shared/http/service-client.ts";
import { requireAdministrator, requireAuditor, requireScope, type Viewer } from "@newfeed/shared/ports/call.ts";
import { reasonOf } from "@newfeed/shared/ports/failure-log.ts";
import type { Limiter } from "@newfeed/shared/ports/limiter.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Metrics } from "@newfeed/shared/ports/metrics.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import type { IdentityIssuer } from "@newfeed/shared/ports/tokens.ts";
import type { Tracing } from "@newfeed/shared/ports/tracing.ts";
import type { Upstream } from "@newfeed/shared/ports/upstream.ts";
import type { Request, RequestHandler, Response } from "express";
import { documentRoutes } from "./docs.ts";
import { examineServices } from "./examination.ts";
import { createForwardedRoutes } from "./forwarded-routes.ts";
import { graphqlRoute } from "./graphql/route.ts";
import { grpcRoutes } from "./grpc/route.ts";
import { createIdentify } from "./identity.ts";
import { createAdmit, createTakePoints, stateOfLimits } from "./limits.ts";
import { createFollow } from "./live/follow.ts";
import { otherMethods } from "./methods.ts";
import { openWebRoutes } from "./open-web/routes.ts";
import { createRead } from "./readable/read.ts";
import { createUploadTurns } from "./uploads.ts";
import { type ReadPage, type WebClientOptions, webClient } from "./web-client.ts";

export interface GatewayOptions {
  upstreams: Record<ServiceName, Upstream>;
  /** Opens another upstream to notification-service, in which each stream has a connection of its own. */
  openStreams: () => Pick<Upstream, "pass">;
  internalTokens: InternalTokens;
  limiter: Limiter;
  logger: Logger;
  allowedOrigins: readonly string[];
  /** Where clients reach this feed. */
  ownOrigins?: readonly string[];
  trustedProxies: readonly string[];
  /** Whose access tokens are accepted beside ours. */
  identityIssuer?: IdentityIssuer | null;
  /** Of its readiness. */
  checks: Record<string, HealthCheck>;
  metrics: Pick<Metrics, "requestsOf" | "render" | "apiTokens">;
  /** The web client, if there is one. Behind nginx, which serves its pages and files, only addresses that nothing has come here. */
  web: WebClientOptions | null;
  /** Traces that callers began go on here; other requests begin one. */
  tracing?: Tracing | undefined;
  /** What `/metrics` asks for; null serves none. */
  metricsToken: string | null;
  /** The port that takes sockets and event streams alone; null where there is none. */
  directPort: number | null;
  /** Which of several it is. */
  instance?: string;
  /** What all limits are multiplied by. */
  rateLimitFactor?: number;
}

export interface Gateway {
  handle: RequestListener;
  /** What its port for gRPC gets: gRPC, gRPC-Web and Connect. */
  handleGrpc: RequestListener;
  /** Sets the headers that its answers have: for answers to what is no request. */
  everyAnswer: EveryAnswer;
  /** Not ready from now on: a load balancer sends new requests elsewhere. */
  drain(): void;
  close(): Promise<void>;
}

const self = "api-gateway";

const healthPathsOf = (service: ServiceName) => {
  const name = service.replace("-service", "");
  return [`/api/${name}/health`, `/api/${name}s/health`];
};

/** The entry point of all clients: identity, limits, then the service that owns the route, behind its breaker. */
export function createGateway({
  upstreams,
  openStreams,
  internalTokens,
  limiter,
  logger,
  allowedOrigins,
  ownOrigins = [],
  trustedProxies,
  identityIssuer = null,
  checks,
  metrics,
  tracing,
  web,
  metricsToken,
  directPort,
  instance = self,
  rateLimitFactor = 1,
}: GatewayOptions): Gateway {
  const callService = createServiceClient(self, upstreams, internalTokens);
  const revocations = startRevocations((after) => callService(authInternalRoutes.revocations, { query: { after } }), logger);
  const verifiers = createBearerTokens({ callService, limiter, metrics: metrics.apiTokens, revocations, identityIssuer });
  const addressOf = createAddressOf(trustedProxies);
  const identify = createIdentify({ ...verifiers, addressOf, revocations, origins: { ownOrigins, allowedOrigins } });
  const { takePoints, counts } = createTakePoints(limiter);
  const admit = createAdmit(identify, takePoints);

  const internalTokenFor = (service: ServiceName, viewer: Viewer | null) =>
    internalTokens.mint(
      service,
      viewer
        ? {
            sub: viewer.userId,
            sid: viewer.sessionId,
            roles: viewer.roles,
            ...(viewer.unverified && { unverified: true }),
            ...(viewer.scopes && { scopes: viewer.scopes }),
          }
        : {},
    );

  const traces = tracing && { tracing, begin: true };
  const app = bareApp();
  app.use(observe(logger, metrics.requestsOf(self), traces));
  const everyAnswer = createEveryAnswer(allowedOrigins);
  app.use(everyAnswer);

  let draining = false;
  const readHealth = createHealth({ service: self, checks, isDraining: () => draining, logger });
  healthRoutes(app, self, readHealth);
  metricsRoute(app, { render: metrics.render, token: metricsToken });
  /** What costs work is limited as calls are. The gateway's own health, which load balancers ask for, and static files are not. */
  const limited: RequestHandler = async (request, response, next) => {
    await admit(request, response, addressOf(request));
    next();
  };
  const readServices = createHealth({
    service: self,
    checks: Object.fromEntries(serviceNames.map((service) => [service, () => checkService(upstreams[service])])),
    logger,
  });
  app.get("/health/services", limited, async (_request, response) => {
    response.json(await readServices());
  });
  for (const service of serviceNames) {
    app.get(healthPathsOf(service), limited, async (_request, response) => {
      const state = await readHealthOf(upstreams[service]);
      response.status(isReady(state) ? 200 : 503).json(state);
    });
  }
  app.get("/health/circuit-breakers", limited, (_request, response) => {
    response.json({ breakers: serviceNames.map((service) => upstreams[service].breaker) });
  });
  const countedSince = new Date().toISOString();
  async function requireOperator(request: Request, response: Response, require: typeof requireAuditor): Promise<void> {
    const viewer = await admit(request, response, addressOf(request));
    if (!viewer) throw new Problem("unauthenticated");
    requireScope(viewer, "admin:operate");
    require(viewer);
  }
  app.get("/admin/doctor", async (request, response) => {
    await requireOperator(request, response, requireAuditor);
    response.json({ findings: await examineServices(callService, instance) });
  });
  app.get("/admin/rate-limits", async (request, response) => {
    await requireOperator(request, response, requireAuditor);
    response.json({ instance, since: countedSince, limits: stateOfLimits(counts, rateLimitFactor) });
  });
  app.post("/admin/circuit-breakers/:service/reset", async (request, response) => {
    await requireOperator(request, response, requireAdministrator);
    const service = serviceNames.find((name) => name === request.params.service);
    if (!service) throw new Problem("not_found");
    const upstream = upstreams[service];
    upstream.resetBreaker();
    response.json(upstream.breaker);
  });

  const follow = createFollow({ openStreams, streamToken: () => internalTokens.mint("notification-service", { svc: self }), addressOf });
  graphqlRoute(app, { upstreams, callService, follow, internalTokenFor, addressOf, admit, takePoints, logger });
  const origin = ownOrigins[0] ?? "http://localhost";
  documentRoutes(app, { limited, origin, directPort });

  const callAsVisitor =
    (address: string): ServiceClient =>
    (route, input, options) =>
      callRoute(upstreams, route, input, { ...options, internalToken: internalTokenFor(route.service, null), headers: { "x-forwarded-for": address } });
  openWebRoutes(app, {
    origin,
    pay: (request, response, points) => takePoints(response, null, addressOf(request), { anonymous: points }),
    callAsVisitor: (request) => callAsVisitor(addressOf(request)),
    callService,
  });

  const read = createRead(origin);
  /** Costs a visitor's point, as a call does: who has none left, or asks while the parts behind are away, gets the plain document. */
  const readPage: ReadPage = async (request, response) => {
    const address = addressOf(request);
    try {
      await takePoints(response, null, address, { anonymous: 1 });
      return await read(request.path, languageOf(request.headers["accept-language"]), callAsVisitor(address));
    } catch (error) {
      logger.debug("a page is served without its text", { path: request.path, reason: reasonOf(error) });
      return null;
    }
  };
  if (web) app.use(webClient(web, readPage, origin));
  app.use(limited);
  app.use(otherMethods);
  app.use(notFoundHandler);
  app.use(problemHandler(logger));

  const upload = createUploadTurns();
  const observeCall = createObserve(logger, metrics.requestsOf(self), traces);
  const grpc = grpcRoutes({
    ...{ upstreams, follow, admit, addressOf, internalTokenFor, revocations, upload, logger },
    observe: observeCall,
    observeStream: createObserve(logger, { answered() {} }, traces),
    isReady: async () => isReady(await readHealth()),
    origins: { own: ownOrigins, allowed: allowedOrigins },
  });
  const forwarded = createForwardedRoutes({
    upstreams,
    admit,
    identify,
    internalTokenFor,
    revocations,
    addressOf,
    observe: observeCall,
    everyAnswer,
    upload,
    logger,
    notForwarded: serviceNames.flatMap(healthPathsOf),
  });

  return {
    everyAnswer,
    handle: (request, response) => {
      if (!grpc.handleOurs(request, response) && !forwarded.handle(request, response)) app(request, response);
    },
    handleGrpc: grpc.handle,
    drain() {
      draining = true;
      forwarded.drain();
    },
    async close() {
      revocations.close();
    },
  };
}

async function readHealthOf(upstream: Upstream): Promise<Health> {
  const response = await upstream.request({ method: "GET", path: "/health/ready", headers: {} });
  const state = JSON.parse(await response.body.text()) as Health;
  return state;
}

async function checkService(upstream: Upstream): Promise<void> {
  const state = await readHealthOf(upstream);
  if (state.status === "degraded") throw new Degraded(`it is degraded: ${JSON.stringify(state.checks)}`);
  if (!isReady(state)) throw new Error(`it is ${state.status}: ${JSON.stringify(state.checks)}`);
}
