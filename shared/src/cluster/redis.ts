import { Redis } from "ioredis";
import type { Logger } from "../ports/logger.ts";

/** `commands` stand on a request's path and must not hang; signals need a connection to publish and one to subscribe. */
export type RedisPurpose = "commands" | "publish" | "subscribe";

export interface RedisConnection {
  /** For the libraries that speak to Redis themselves. While the connection is not ready, its commands reject at once. */
  readonly client: Redis;
  readonly ready: boolean;
  close(): Promise<void>;
}

const commandTimeoutMs = 100;
/** A connection that leaves a ping unanswered for so long is cut: frozen servers and half-open links send no sign. */
const silentForMs = 2_000;
const pingEveryMs = 2_000;
const longestPauseMs = 2_000;

/**
 * Connects in the background, and again for ever. Never throws for a server that is not there: an outage is logged once,
 * and so is its end.
 *
 * @param url `redis://:password@host:port/database`, or `rediss:` for TLS
 */
export function openRedis(url: string, purpose: RedisPurpose, logger: Logger): RedisConnection {
  const client = new Redis(url, {
    connectionName: `newfeed-${purpose}`,
    connectTimeout: silentForMs,
    socketTimeout: silentForMs,
    disconnectTimeout: 500,
    keepAlive: 10_000,
    ...(purpose === "commands" && { commandTimeout: commandTimeoutMs }),
    // What could not be sent, or was cut off, fails now: sent later, it would count a point twice or tell stale news.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // Who subscribes does it at each `ready`: ioredis knows only of subscriptions that were confirmed once.
    autoResubscribe: false,
    retryStrategy: (attempt) => Math.min(longestPauseMs, 50 * 2 ** attempt) * (0.5 + Math.random() / 2),
  });

  let away = false;
  let closing = false;
  const gone = (error?: Error) => {
    if (away || closing) return;
    away = true;
    logger.warn("Redis does not answer", { purpose, server: new URL(url).host, ...(error && { error }) });
  };
  client.on("error", gone);
  client.on("close", () => gone());
  client.on("ready", () => {
    if (away) logger.info("Redis answers again", { purpose });
    away = false;
  });
  const timer = setInterval(() => {
    // Unanswered, it makes the socket time out, which says more than this rejection.
    if (client.status === "ready") client.ping().catch(() => {});
  }, pingEveryMs);

  return {
    client,
    get ready() {
      return client.status === "ready";
    },
    async close() {
      closing = true;
      clearInterval(timer);
      // Between two attempts there is nothing that could end.
      const open = client.status !== "reconnecting" && client.status !== "end";
      const ended = open && new Promise((resolve) => client.once("end", resolve));
      client.disconnect();
      await ended;
    },
  };
}
