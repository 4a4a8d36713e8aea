import { setTimeout as sleep } from "node:timers/promises";
import { consumedTypes } from "@newfeed/shared/contracts/events.ts";
import type { ServiceName } from "@newfeed/shared/contracts/services.ts";
import { createLanes } from "@newfeed/shared/runtime/due-work.ts";
import { v7 as uuidv7 } from "uuid";
import type { EventList, Store } from "../store.ts";
import type { ReplayRow, ReplayStore } from "./store.ts";

/** Replays that one instance works on at a time. */
const atOnce = 2;
/** What another instance has left. */
const pollMs = 5_000;
/** Events of one step: while it runs, other requests wait. */
const mostAtOnce = 100;
/** A replay rests this many times as long as its step took, so that it has a tenth of what it uses; nobody waits for it. */
const restsFor = 9;
/** Less than the time for which a replay is taken. */
const longestRestMs = 10_000;
/** When the consumer is away, or the database. */
const pauseMs = 2_000;

export interface ReplaysOptions {
  replays: Pick<ReplayStore, "take" | "advance">;
  events: Pick<Store, "list">;
  /** Has a service handle these events again. */
  send: (consumer: ServiceName, replayId: string, ids: readonly string[]) => Promise<{ handled: number; failed: readonly { reason: string }[] }>;
  /** Called with what a step failed with; it is tried again. */
  failed: (error: unknown) => void;
}

/**
 * Works replays off, each in the order of its events, some of them in a step. A step is done once the consumer has handled its events,
 * and is noted then: after a crash in between it comes again, and the consumer knows what it had of the replay.
 */
export function startReplays({ replays, events, send, failed }: ReplaysOptions): { wake(): void; close(): Promise<void> } {
  /** The next events of a replay, and the id behind which others come: null when there are none. */
  async function next(replay: ReplayRow, position: string) {
    const types = replay.types ?? consumedTypes(replay.consumer);
    const only = types.length === 1 ? (types[0] ?? null) : null;
    const filters: EventList["filters"] = { correlation: null, actor: null, aggregate: replay.aggregateId, type: only };
    const take = Math.min(mostAtOnce, replay.rate);
    const { rows, end } = await events.list({ filters, direction: "newer", from: position, end: replay.toId }, take);
    const some = rows.slice(0, take);
    const wanted = some.filter(({ type }) => (types as readonly string[]).includes(type));
    const behind = some.at(-1)?.id ?? null;
    return { wanted, behind: rows.length < take ? (end?.id ?? null) : behind };
  }

  async function step(replay: ReplayRow, holder: string, position: string): Promise<{ position: string | null; sent: number }> {
    const { wanted, behind } = await next(replay, position);
    const full = wanted.filter(({ body }) => body !== null);
    const { handled, failed } =
      full.length > 0
        ? await send(
            replay.consumer,
            replay.id,
            full.map(({ id }) => id),
          )
        : { handled: 0, failed: [] };
    const held = await replays.advance(replay.id, holder, {
      position: behind ?? replay.toId,
      handled: handled - failed.length,
      // Some may have been emptied since.
      empty: wanted.length - handled,
      failed: failed.length,
      lastFailure: failed.at(-1)?.reason ?? null,
      done: behind === null,
    });
    return { position: held ? behind : null, sent: full.length };
  }

  /** Keeps a replay where it is; false when it was paused, cancelled or taken by another meanwhile. */
  const keep = (replay: ReplayRow, holder: string, position: string) =>
    replays.advance(replay.id, holder, { position, handled: 0, empty: 0, failed: 0, lastFailure: null, done: false });

  async function work(replay: ReplayRow, holder: string, closing: AbortSignal): Promise<void> {
    const pause = (milliseconds: number) => (milliseconds > 0 ? sleep(milliseconds, undefined, { signal: closing }).catch(() => {}) : Promise.resolve());
    for (let position: string | null = replay.position; position !== null && !closing.aborted; ) {
      const at: string = position;
      const began = Date.now();
      try {
        const done = await step(replay, holder, at);
        position = done.position;
        if (position === null) return;
        const took = Date.now() - began;
        await pause(Math.max((done.sent * 1_000) / replay.rate - took, Math.min(restsFor * took, longestRestMs)));
        if (closing.aborted || !(await keep(replay, holder, position))) return;
      } catch (error) {
        if (closing.aborted) return;
        failed(error);
        await pause(pauseMs);
        if (!(await keep(replay, holder, at).catch(() => true))) return;
      }
    }
  }

  return createLanes("replays", {
    atOnce,
    pollMs,
    async doOne(closing) {
      const holder = uuidv7();
      const replay = await replays.take(holder);
      if (replay) await work(replay, holder, closing);
      return replay !== undefined;
    },
    failed,
  });
}
