import type { RequestListener } from "node:http";
import { fileURLToPath } from "node:url";
import { createGateway, type Gateway } from "@newfeed/api-gateway/gateway.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { PartName } from "@newfeed/shared/contracts/services.ts";
import { createEdge } from "@newfeed/shared/embedded/edge.ts";
import { createEveryAnswer, type EveryAnswer, withEveryAnswer } from "@newfeed/shared/http/every-answer.ts";
import { sendProblem } from "@newfeed/shared/http/problems.ts";
import { refuseEventStream } from "@newfeed/shared/http/server-sent-events.ts";
import { refuseNavigation } from "@newfeed/shared/http/waiting-page.ts";
import type { RunningService } from "@newfeed/shared/ports/service.ts";
import { type Config, ownOriginsOf } from "@newfeed/shared/runtime/config.ts";
import { type Listener, listen } from "@newfeed/shared/runtime/listen.ts";
import { listenHttp2 } from "@newfeed/shared/runtime/listen-http2.ts";
import { openPlatform, type Platform } from "@newfeed/shared/runtime/platform.ts";
import { runService, type ServiceDefinition, type ServiceRun, type StatelessServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import * as composed from "./services.ts";

type Definition = ServiceDefinition | StatelessServiceDefinition;

/** All services. */
export const services: readonly Definition[] = Object.values(composed);
/** Those with a database. */
export const storingServices = services.filter((service): service is ServiceDefinition => "migrations" in service);

const webDirectory = fileURLToPath(new URL("../web/dist", import.meta.url));

/** The whole feed in this process. */
export interface Feed {
  /** Of the gateway, the web client and the live endpoints. */
  url: string;
  /** Of sockets and event streams, bypassing the gateway. */
  notificationUrl: string;
  /** Of gRPC. */
  grpcUrl: string;
  /** Of webhooks; null where none are received. */
  webhookUrl: string | null;
  platform: Platform;
  runs: readonly ServiceRun[];
  close(): Promise<void>;
}

type Parts = Pick<RunningService, "handle" | "upgrade">;

const starting = new Problem("service_unavailable", { message: "NewFeed is starting.", retryAfter: 1 });

/** Opens a port at once; responds `service_unavailable`, and people with a page, until `attach` connects it to its service. */
async function openListener(host: string, port: number, everyAnswer: EveryAnswer) {
  let parts: Parts = {
    handle: withEveryAnswer(everyAnswer, (request, response) => {
      if (!refuseNavigation(request, response, starting)) refuseEventStream(request, response, starting);
    }),
  };
  const listener = await listen(
    {
      handle: (request, response) => parts.handle(request, response),
      upgrade: (request, socket, head) => (parts.upgrade ? parts.upgrade(request, socket, head) : socket.destroy()),
      everyAnswer,
    },
    { host, port },
  );
  let closing: Promise<void> | undefined;
  return {
    port: listener.port,
    url: `http://${host === "127.0.0.1" ? "localhost" : host}:${listener.port}`,
    attach(to: Parts) {
      parts = to;
    },
    close() {
      closing ??= listener.close();
      return closing;
    },
  };
}

/** The same for the port of gRPC. */
async function openGrpc(host: string, port: number, everyAnswer: EveryAnswer) {
  let handle: RequestListener = (_request, response) => sendProblem(response, starting);
  const listener = await listenHttp2({ handle: (request, response) => handle(request, response), everyAnswer }, { host, port });
  let closing: Promise<void> | undefined;
  return {
    url: `http://${host === "127.0.0.1" ? "localhost" : host}:${listener.port}`,
    attach(to: RequestListener) {
      handle = to;
    },
    close() {
      closing ??= listener.close();
      return closing;
    },
  };
}

/** Callers keep idle connections for four seconds at most, so that after this time none is about to be used. */
const announceMs = 4_500;

function gatewayOn(
  { config, upstreams, openStreams, internalTokens, limiter, logger, checks, metrics, tracing }: Platform,
  directPort: number | null,
): Gateway {
  const { allowedOrigins, trustedProxies, identityIssuer } = config;
  return createGateway({
    upstreams,
    openStreams: () => openStreams("notification-service"),
    internalTokens,
    limiter,
    logger: logger.child({ service: "api-gateway" }),
    allowedOrigins,
    ownOrigins: ownOriginsOf(config),
    trustedProxies,
    identityIssuer,
    checks,
    metrics,
    tracing,
    web: { directory: webDirectory, mediaOrigins: config.mediaOrigins, uploadOrigins: config.uploadOrigins },
    metricsToken: config.metricsToken,
    directPort,
    instance: config.instance,
    rateLimitFactor: config.rateLimitFactor,
  });
}

/** Disposers, run in reverse order. */
function createClosers() {
  const closers: (() => unknown)[] = [];
  return {
    push: (closer: () => unknown) => closers.push(closer),
    async close() {
      for (let closer = closers.pop(); closer; closer = closers.pop()) await closer();
    },
  };
}

/** Composes all services into one process: the only place that knows all of them. Throws `PortTaken`, `FolderInUse`, `PostgresFailed`, `ServerUnreachable`. */
export async function startFeed(config: Config): Promise<Feed> {
  const closers = createClosers();
  try {
    // The ports first: a taken port fails at once, before anything else has started.
    const main = await openListener(config.host, config.port, createEveryAnswer(config.allowedOrigins));
    closers.push(main.close);
    const readers = [...ownOriginsOf({ ...config, port: main.port }), ...config.allowedOrigins];
    const direct = await openListener(config.host, config.notificationPort, createEveryAnswer(readers));
    closers.push(direct.close);
    const grpc = await openGrpc(config.host, config.grpcPort, createEveryAnswer(readers));
    closers.push(grpc.close);
    const webhooks = config.webhooks && (await openListener(config.host, config.webhooks.port, createEveryAnswer([])));
    if (webhooks) closers.push(webhooks.close);
    const platform = await openPlatform({ ...config, port: main.port });
    closers.push(platform.close);
    const started = await Promise.allSettled(services.map((service) => runService(service, platform)));
    const runs = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    closers.push(() => Promise.all(runs.map((run) => run.close())));
    const failed = started.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
    const notifications = runs[services.indexOf(composed.notificationService)]?.service;
    if (!notifications) throw new Error("the notification service did not start");
    const gateway = gatewayOn(platform, direct.port);
    closers.push(gateway.close);
    main.attach(createEdge(gateway.handle, notifications));
    direct.attach(notifications);
    grpc.attach(gateway.handleGrpc);
    const handleWebhooks = runs[services.indexOf(composed.authService)]?.service.handleWebhooks;
    if (webhooks && handleWebhooks) webhooks.attach({ handle: handleWebhooks });
    // Requests in flight finish; live clients are asked to reconnect.
    closers.push(() => Promise.all([main.close(), direct.close(), grpc.close(), webhooks?.close(), notifications.drain?.()]));
    closers.push(gateway.drain);
    return { url: main.url, notificationUrl: direct.url, grpcUrl: grpc.url, webhookUrl: webhooks?.url ?? null, platform, runs, close: closers.close };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** Runs one part of a cluster in this process. Throws as `startFeed` does. */
export async function startPart(config: Config & { part: PartName }): Promise<Pick<Feed, "url" | "platform" | "close">> {
  const closers = createClosers();
  try {
    const platform = await openPlatform(config);
    closers.push(platform.close);
    const service = services.find(({ name }) => name === config.part);
    let listener: Listener;
    if (service) {
      const run = await runService(service, platform);
      closers.push(() => run.close(announceMs));
      listener = run.listener;
      const { handleWebhooks } = run.service;
      if (config.webhooks && handleWebhooks) {
        const { host, reusePort } = config;
        const webhooks = await listen({ handle: handleWebhooks }, { host, port: config.webhooks.port, reusePort });
        closers.push(() => webhooks.close());
      }
    } else {
      const gateway = gatewayOn(platform, null);
      closers.push(gateway.close);
      const { host, port, reusePort } = config;
      listener = await listen(gateway, { host, port, reusePort });
      const grpc = await listenHttp2({ handle: gateway.handleGrpc, everyAnswer: gateway.everyAnswer }, { host, port: config.grpcPort, reusePort });
      closers.push(() => Promise.all([listener.close({ announceMs }), grpc.close()]));
      closers.push(gateway.drain);
    }
    return { url: `http://${config.host}:${listener.port}`, platform, close: closers.close };
  } catch (error) {
    await closers.close();
    throw error;
  }
}
