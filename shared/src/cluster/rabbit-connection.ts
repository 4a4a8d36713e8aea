import { setTimeout as sleep } from "node:timers/promises";
import { type Channel, type ConfirmChannel, connect } from "amqplib";
import type { Logger } from "../ports/logger.ts";
import { within } from "../ports/within.ts";

export type { Channel, ConfirmChannel, ConsumeMessage } from "amqplib";

/** Half-open links show within two to three of these. */
const heartbeatSeconds = 10;
const connectWithinMs = 5_000;
const setUpWithinMs = 10_000;
const closeWithinMs = 2_000;
/** A connection that lasted this long was a good one: the next failure is a new story. */
const goodAfterMs = 10_000;
/** A deleted queue must stay away for a moment (see `keepTopology`). */
const shortestPauseMs = 1_000;
const longestPauseMs = 2_000;

/** One connection, from its opening to its loss. */
export interface Session {
  /** Channels whose end, for whatever reason, ends the session. */
  channel(): Promise<Channel>;
  confirmChannel(): Promise<ConfirmChannel>;
  /** Closes a channel, which does not end the session: what it has not acknowledged is at the head of its queue again. */
  close(channel: Channel): Promise<void>;
  /** Whether there is a queue of that name. */
  exists(queue: string): Promise<boolean>;
  /** Aborted when the connection is gone, or given up. */
  signal: AbortSignal;
  /** Why the broker takes no messages on this connection now (a memory or disk alarm); null while it does. */
  blocked(): string | null;
  /** Gives the connection up, so that it is built anew. */
  fail(error: Error): void;
}

export interface Connection<T> {
  readonly up: boolean;
  /** Waits for what `setUp` made. Throws when there is no connection in time. */
  get(withinMs: number): Promise<T>;
  /** Leaves in order, or soon by force. */
  close(): Promise<void>;
}

export interface ConnectionOptions<T> {
  url: string;
  /** What it is for, in the log. */
  name: string;
  logger: Logger;
  /** Waited for before each connection is opened. */
  before?(): Promise<unknown>;
  /** Declares what it needs and opens its channels, on every new connection. */
  setUp(session: Session): Promise<T>;
}

/** Waits for an answer of the broker, but not for ever. */
export const inTime = <T>(milliseconds: number, answer: Promise<T>, failure: string): Promise<T> =>
  within(milliseconds, answer, () => new Error(`${failure} within ${milliseconds} ms`));

/** A session on a new connection. Its socket goes with `end`: a frozen broker never answers a request to close. */
async function openSession(url: string, end: AbortController): Promise<{ session: Session; leave(): Promise<void> }> {
  const target = new URL(url);
  target.searchParams.set("heartbeat", String(heartbeatSeconds));
  const socket = { timeout: connectWithinMs, noDelay: true, signal: end.signal };
  const model = await connect(target.href, socket);
  const fail = (error: Error) => end.abort(error);
  let blocked: string | null = null;
  let leaving = false;
  const channels = new Set<Channel>();
  model.on("error", fail);
  model.on("close", (error) => fail(error ?? new Error("the connection was closed")));
  model.on("blocked", (reason) => {
    blocked = reason;
  });
  model.on("unblocked", () => {
    blocked = null;
  });
  const watched = <C extends Channel>(channel: C): C => {
    channels.add(channel);
    channel.on("error", fail);
    channel.on("close", () => {
      // Later than the connection, which closes after its channels and knows why.
      if (!leaving && channels.has(channel)) queueMicrotask(() => fail(new Error("a channel was closed")));
    });
    return channel;
  };
  const session: Session = {
    channel: async () => watched(await model.createChannel()),
    confirmChannel: async () => watched(await model.createConfirmChannel()),
    async close(channel) {
      end.signal.throwIfAborted();
      channels.delete(channel);
      // A channel whose connection is lost never says that it is closed.
      const { promise: lost, reject } = Promise.withResolvers<never>();
      const onLost = () => reject(end.signal.reason);
      end.signal.addEventListener("abort", onLost);
      await Promise.race([channel.close(), lost]).finally(() => end.signal.removeEventListener("abort", onLost));
    },
    async exists(queue) {
      // Where it is not, the broker closes the channel that asked.
      const channel = await model.createChannel();
      channel.on("error", () => {});
      const found = await channel.checkQueue(queue).catch((error: { code?: number }) => {
        if (error.code !== 404) throw error;
      });
      if (found) await channel.close();
      return found !== undefined;
    },
    signal: end.signal,
    blocked: () => blocked,
    fail,
  };
  return {
    session,
    async leave() {
      leaving = true;
      // One by one: closing the connection overtakes what its channels still have to send, such as acknowledgements.
      for (const channel of channels) await channel.close();
      await model.close();
    },
  };
}

/**
 * Keeps a connection to RabbitMQ up: after any loss (connection, channel, cancelled consumer, a failure while it is set
 * up) it is closed and built anew, after a pause that grows. It keeps no messages: what was not confirmed is the
 * publisher's to send again, what was not acknowledged the broker delivers again.
 */
export function keepConnected<T>({ url, name, logger, before, setUp }: ConnectionOptions<T>): Connection<T> {
  const stop = new AbortController();
  let end = new AbortController();
  let state: { value: T; leave(): Promise<void> } | undefined;
  let change = Promise.withResolvers<void>();
  const changed = () => {
    change.resolve();
    change = Promise.withResolvers<void>();
  };

  async function once(): Promise<void> {
    end = new AbortController();
    const { promise: lost, reject } = Promise.withResolvers<never>();
    end.signal.addEventListener("abort", () => reject(end.signal.reason));
    try {
      await before?.();
      const { session, leave } = await openSession(url, end);
      const value = await Promise.race([inTime(setUpWithinMs, setUp(session), "RabbitMQ did not answer"), lost]);
      state = { value, leave };
      changed();
      await lost;
    } finally {
      state = undefined;
      lost.catch(() => {});
      end.abort();
    }
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stop.signal.aborted) {
      const started = Date.now();
      try {
        await once();
      } catch (error) {
        if (stop.signal.aborted) return;
        if (Date.now() - started > goodAfterMs) failures = 0;
        logger[failures === 0 ? "warn" : "debug"]("no connection to RabbitMQ; it is built anew", { connection: name, server: new URL(url).host, error });
        const pause = Math.min(longestPauseMs, shortestPauseMs * 2 ** failures++);
        await sleep(pause * (0.5 + Math.random()), undefined, { signal: stop.signal }).catch(() => {});
      }
    }
  }
  const running = run();

  return {
    get up() {
      return state !== undefined;
    },
    async get(withinMs) {
      const deadline = Date.now() + withinMs;
      while (!state) {
        if (stop.signal.aborted) throw new Error(`the connection to RabbitMQ (${name}) is closed`);
        await inTime(deadline - Date.now(), change.promise, `no connection to RabbitMQ (${name})`);
      }
      return state.value;
    },
    async close() {
      stop.abort();
      changed();
      await inTime(closeWithinMs, state?.leave() ?? Promise.resolve(), "").catch(() => {});
      end.abort();
      await running;
    },
  };
}
