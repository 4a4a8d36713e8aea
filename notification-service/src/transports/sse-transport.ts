import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import { PostId } from "@newfeed/shared/contracts/ids.ts";
import type { Metrics } from "@newfeed/shared/ports/metrics.ts";
import type { Express, RequestHandler } from "express";
import type { Following } from "../access/following.ts";
import type { Broadcast } from "../connections/connection.ts";
import { type Connections, countConnections } from "../connections/connections.ts";
import type { SignIn } from "../connections/sign-in.ts";
import type { EpochOf } from "../streams/position.ts";
import { createEntryEncoder } from "./entry-encoder.ts";
import { StreamText } from "./event-stream.ts";
import { frame, SseConnection, type SseShared } from "./sse-connection.ts";
import { createSseHandshake } from "./sse-handshake.ts";

export interface SseOptions {
  signIn: SignIn;
  connections: Connections;
  following: Following;
  epochOf: EpochOf;
  allowedOrigins: readonly string[];
  metrics: Pick<Metrics, "live" | "sample">;
}

const heartbeatMs = 15_000;
const sweepMs = 1_000;
const heartbeat = new StreamText(":\n\n");

// HEAD too: it would be a stream without a body that never ends.
const onlyGet: RequestHandler = (_request, response) => {
  response.setHeader("allow", "GET");
  throw new Problem("method_not_allowed");
};

/** Follows streams over plain HTTP: `GET /api/sse/comments/:postId` and `/api/sse/notifications`. */
export function sseRoutes(app: Express, { signIn, connections, following, epochOf, allowedOrigins, metrics }: SseOptions): { close(): void } {
  const encode = createEntryEncoder("sse", epochOf, ({ event, payload, cursor }) => frame(event, payload, cursor));

  const broadcast: Broadcast = (stream, entries, to) => {
    const text = new StreamText(encode(stream, entries).join(""));
    let receivers = 0;
    for (const connection of to as Iterable<SseConnection>) {
      receivers++;
      connection.deliver(text);
    }
    metrics.live.delivered("sse", entries.length * receivers);
  };
  metrics.sample(() => countConnections(connections, "sse", broadcast));

  const shared: SseShared = { broadcast, encode, metrics: metrics.live };
  const open = createSseHandshake({ signIn, connections, following, allowedOrigins, shared });
  const route = (path: string, handler: RequestHandler) => app.route(path).head(onlyGet).get(handler).all(onlyGet);
  route("/api/sse/comments/:postId", async (request, response) => {
    const postId = PostId.safeParse(request.params.postId);
    if (!postId.success) throw invalidField("postId", "must be a post's id");
    await open(request, response, (connection, cursor, hello) => following.post(connection, postId.data, cursor, hello));
  });
  route("/api/sse/notifications", (request, response) => open(request, response, following.inbox));

  function eventStreams(): SseConnection[] {
    return [...connections.all()].filter((connection) => connection instanceof SseConnection);
  }
  const timers = [
    setInterval(() => {
      for (const connection of eventStreams()) connection.deliver(heartbeat);
    }, heartbeatMs),
    setInterval(() => {
      const now = Date.now();
      for (const connection of eventStreams()) if (connection.expiresAt <= now) connection.disconnect({ code: "expired", retryAfterMs: 0, resume: true });
    }, sweepMs),
  ];
  return {
    close() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
