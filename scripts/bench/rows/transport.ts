import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { postInternalRoutes } from "@newfeed/shared/contracts/routes/posts-internal.ts";
import type { ServiceName } from "@newfeed/shared/contracts/services.ts";
import { createRouteCaller } from "@newfeed/shared/grpc/route-caller.ts";
import { createApp } from "@newfeed/shared/http/app.ts";
import { implement, implementedRoutes } from "@newfeed/shared/http/implement.ts";
import { createInternalTokens } from "@newfeed/shared/http/internal-tokens.ts";
import { createMetrics } from "@newfeed/shared/http/metrics.ts";
import { createServiceClient } from "@newfeed/shared/http/service-client.ts";
import { createUpstream } from "@newfeed/shared/http/upstream.ts";
import type { Upstream } from "@newfeed/shared/ports/upstream.ts";
import { listen } from "@newfeed/shared/runtime/listen.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { listenForServices } from "@newfeed/shared/runtime/service-grpc.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { alternating, median } from "../statistics.ts";

const inFlight = 32;
/** Posts that one call asks for. */
const sizes = [1, 100] as const;

const { access } = postInternalRoutes;

/** A service that answers at once, and its callers over both transports, in this process: its processor time is that of both ends. */
async function openBoth(directory: string) {
  const [name, at, grpcAt] = ["post-service", `unix:${join(directory, "http.sock")}`, `unix:${join(directory, "grpc.sock")}`] as const;
  const logger = createLogger({ level: "error", json: false });
  const tokens = createInternalTokens(randomUUID() + randomUUID());
  const app = createApp({
    service: name,
    logger,
    verify: (token) => tokens.verify(name, token),
    checks: {},
    isDraining: () => false,
    metrics: createMetrics(),
    metricsToken: null,
    routes: (routes) =>
      implement(
        routes,
        { access },
        {
          access: async ({ body }) => ({
            posts: body.postIds.map((id) => ({
              id,
              authorId: id as string as UserId,
              status: "published" as const,
              visibility: "public" as const,
              revision: 1,
              mayComment: true,
            })),
          }),
        },
      ),
  });
  const http = await listen({ handle: app }, at);
  const grpc = await listenForServices({ name, handle: app, routes: implementedRoutes(app), logger }, grpcAt);
  const upstreams = { HTTP: createUpstream(name, at), gRPC: createUpstream(name, at, { openCaller: async () => createRouteCaller(grpcAt) }) };
  const clientOf = (upstream: Upstream) => createServiceClient("comment-service", { [name]: upstream } as Record<ServiceName, Upstream>, tokens);
  return {
    clients: { HTTP: clientOf(upstreams.HTTP), gRPC: clientOf(upstreams.gRPC) },
    async close() {
      await Promise.all(Object.values(upstreams).map((upstream) => upstream.close()));
      await Promise.all([http.close({ graceMs: 0 }), grpc.close({ graceMs: 0 })]);
    },
  };
}

async function measure({ rounds, seconds, directory, progress }: Bench): Promise<Measured> {
  const { clients, close } = await openBoth(directory);
  const names = ["HTTP", "gRPC"] as const;
  const measured = names.flatMap((transport) => sizes.map((posts) => ({ transport, posts, rates: [] as number[], costs: [] as number[] })));
  try {
    async function run({ transport, posts }: (typeof measured)[number], forMs: number) {
      const postIds = Array.from({ length: posts }, () => randomUUID() as string as PostId);
      const [until, before, started] = [performance.now() + forMs, process.cpuUsage(), performance.now()];
      let calls = 0;
      const callOn = async () => {
        for (; performance.now() < until; calls++) {
          const { posts: seen } = await clients[transport](access, { body: { viewer: null, postIds } });
          if (seen.length !== posts) throw new Error(`${seen.length} of ${posts} posts came`);
        }
      };
      await Promise.all(Array.from({ length: inFlight }, callOn));
      const { user, system } = process.cpuUsage(before);
      return { rate: (calls * 1_000) / (performance.now() - started), cost: (user + system) / calls };
    }
    // Cold code costs more.
    for (const one of measured) await run(one, 2_000);
    for (const one of alternating(measured, rounds)) {
      const { rate, cost } = await run(one, (seconds * 1_000) / 2);
      one.rates.push(rate);
      one.costs.push(cost);
      progress(`${one.transport}, ${one.posts} posts: ${Math.round(rate)} calls a second, ${Math.round(cost)} µs each`);
    }
  } finally {
    await close();
  }
  const bars = (of: "rates" | "costs") =>
    measured.map((one) => ({ name: `${one.transport}, ${one.posts} ${one.posts === 1 ? "post" : "posts"}`, samples: one[of] }));
  const costOf = (transport: string, posts: number) => median(measured.find((one) => one.transport === transport && one.posts === posts)?.costs ?? []);
  return {
    series: [
      { title: "Processor time of a call between services, both ends", unit: "µs", better: "lower", bars: bars("costs") },
      { title: "Calls between services, one processor for both ends", unit: "a second", better: "higher", bars: bars("rates") },
    ],
    floors: sizes.map((posts) => ({
      what: `a call over HTTP, the default, to one over gRPC, ${posts} ${posts === 1 ? "post" : "posts"}`,
      value: costOf("HTTP", posts) / costOf("gRPC", posts),
      bound: { atMost: 1 },
    })),
    notes: [
      `comment-service asks post-service who may see a post, or a hundred; ${inFlight} calls at a time over Unix sockets. The service answers without its database:`,
      "what is measured is the transport with its tokens, breaker, validation and metrics.",
    ],
  };
}

export const transport: Row = { name: "transport", what: "a call between services over HTTP beside one over gRPC", measure };
