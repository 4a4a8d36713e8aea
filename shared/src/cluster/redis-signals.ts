import { createAdapter } from "@socket.io/redis-adapter";
import { Server } from "socket.io";
import type { Logger } from "../ports/logger.ts";
import type { Signals } from "../ports/signals.ts";
import { openRedis, type RedisConnection } from "./redis.ts";

/** So many signals may wait for Redis to take them; while it is frozen, further ones are dropped. */
const maxUnanswered = 1_000;
const complainEveryMs = 60_000;

export interface RedisSignalsOptions {
  url: string;
  /** Separates deployments, and services, that share a Redis. */
  channelPrefix: string;
  logger: Logger;
}

export interface RedisSignals extends Signals {
  /** Throws when Redis takes no signals, or delivers none. */
  check(): Promise<void>;
}

/** Signals between instances, through the Redis adapter of a Socket.IO server that has no clients. */
export function createRedisSignals({ url, channelPrefix, logger }: RedisSignalsOptions): RedisSignals {
  const publisher = openRedis(url, "publish", logger);
  const subscriber = openRedis(url, "subscribe", logger);
  const subscriptions = subscribing(subscriber, logger);

  const server = new Server<never, never, { signal: (topic: string, payload: unknown) => void }>({
    serveClient: false,
    adapter: createAdapter(publishing(publisher), subscriptions, { key: channelPrefix, parser: json }),
  });
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  server.on("signal", (topic, payload) => {
    for (const listener of listeners.get(topic) ?? []) listener(payload);
  });

  return {
    get ready() {
      return publisher.ready && subscriptions.confirmed;
    },
    async check() {
      if (!subscriptions.confirmed) throw new Error("no subscription in Redis");
      // A channel that nobody subscribes to.
      await publisher.client.publish(`${channelPrefix}.health`, "");
    },
    send(topic, payload) {
      try {
        server.serverSideEmit("signal", topic, payload);
      } catch (error) {
        logger.error("a signal could not be sent", { topic, error });
      }
    },
    listen(topic, listener) {
      const own = listeners.get(topic) ?? new Set();
      listeners.set(topic, own.add(listener));
      return () => own.delete(listener);
    },
    async close() {
      listeners.clear();
      await Promise.all([publisher.close(), subscriber.close()]);
    },
  };
}

/**
 * Instead of MessagePack, whose decoder allocates whatever a header claims: twenty bytes took two seconds and a gigabyte.
 * Signals are JSON anyway.
 */
const json = {
  encode: (value: unknown) => JSON.stringify(value),
  decode: (frame: Buffer): unknown => JSON.parse(frame.toString()),
};

/** What the adapter publishes with. The adapter ignores what `publish` returns, so nothing may reject. */
function publishing({ client }: RedisConnection) {
  let unanswered = 0;
  return {
    on() {},
    publish(channel: string, message: string) {
      if (unanswered >= maxUnanswered) return;
      unanswered++;
      client
        .publish(channel, message)
        .catch(() => {})
        .finally(() => unanswered--);
    },
  };
}

/** What the adapter subscribes with: subscriptions that outlive connections, listeners that a frame cannot make throw. */
function subscribing({ client }: RedisConnection, logger: Logger) {
  const wanted: (() => Promise<unknown>)[] = [];
  let confirmed = false;
  client.on("ready", () => {
    Promise.all(wanted.map((subscribe) => subscribe())).then(
      () => {
        confirmed = true;
      },
      // Cut off again: then the next connection subscribes. Refused: the operator must learn of it.
      (error: unknown) => client.status === "ready" && logger.error("Redis refuses subscriptions", { error }),
    );
  });
  client.on("close", () => {
    confirmed = false;
  });

  let dropped = 0;
  let quietUntil = 0;
  const drop = (error: unknown) => {
    dropped++;
    if (performance.now() < quietUntil) return;
    logger.warn("frames on the channels of signals were dropped", { dropped, error });
    dropped = 0;
    quietUntil = performance.now() + complainEveryMs;
  };

  return {
    get confirmed() {
      return confirmed;
    },
    subscribe: (channels: string[]) => wanted.push(() => client.subscribe(...channels)),
    psubscribe: (pattern: string) => wanted.push(() => client.psubscribe(pattern)),
    on(event: string, listener: (...args: unknown[]) => unknown) {
      if (event === "error") return;
      // One of the adapter's listeners throws, the other one is async and rejects.
      client.on(event, (...args: unknown[]) => void (async () => listener(...args))().catch(drop));
    },
  };
}
