import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Event, keyOf, parseEvent } from "../contracts/events.ts";
import { deliveryLimit, deliveryLimitReached, type Message, type MessageHandler } from "../ports/bus.ts";
import { array, uuid } from "../ports/columns.ts";
import { currentContext, runInContext, runJob } from "../ports/context.ts";
import type { Database, Query } from "../ports/database.ts";
import type { Failpoint } from "../ports/failpoint.ts";
import { logFailure } from "../ports/failure-log.ts";
import type { Logger } from "../ports/logger.ts";
import type { EventMetrics } from "../ports/metrics.ts";
import type { HandleEvents } from "../ports/service.ts";
import { statement } from "../ports/statement.ts";
import { isTransient } from "../ports/transient.ts";
import { claimReplay, type DeadLetter, type Failure, keepDeadLetter, refuseReplay } from "./dead-letters.ts";
import { enqueue } from "./enqueue.ts";
import { contextOf } from "./handlers.ts";

const triesPerEvent = 5;

/** Notes events as consumed, and gives those that were not. An older version marks what it dead-letters, and replays it by delivering it again. */
const consume = statement({
  parameters: { ids: array(uuid) },
  row: { eventId: uuid },
  sql: ({ ids }) =>
    `INSERT INTO newfeed.consumed_event (event_id) SELECT DISTINCT unnest(${ids})
     ON CONFLICT (event_id) DO UPDATE SET dead = false, consumed_at = clock_timestamp() WHERE consumed_event.dead RETURNING event_id`,
});

export interface EventHandlerOptions {
  database: Pick<Database, "transaction">;
  handleEvents: HandleEvents;
  logger: Logger;
  metrics: Pick<EventMetrics, "committed" | "failed" | "deadLettered">;
  failpoint: Failpoint;
  /** Called after a commit that may have enqueued events. */
  wake: () => void;
  signal: AbortSignal;
  /** Between two tries of an event whose work fails; 400 by default. */
  pauseBetweenTriesMs?: number;
}

/** A service's handler of what its queue brings, and of its dead letters. */
export interface EventHandler extends MessageHandler {
  /** Handles a dead letter again: its event takes effect and the letter is gone, or the letter stays with the newer reason. */
  replay(letter: DeadLetter & { starts: number }): Promise<void>;
  /**
   * Has events take effect once more, although they have: once for each `replayId`, however often it is called. Each is tried once; gives
   * those that failed. Throws when a dependency fails.
   */
  handleAgain(batch: readonly Message[], replayId: string): Promise<{ id: string; reason: string }[]>;
}

/** The id under which an event counts as consumed by a replay. It begins with the same time, as reconciliation goes by that. */
function replayMark(replayId: string, eventId: string): string {
  const hash = createHash("sha256").update(`${replayId} ${eventId}`).digest("hex");
  return `${eventId.slice(0, 13)}-7${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
}

/**
 * Makes a message handler of a service's event handlers: each event takes effect exactly once.
 *
 * A batch is one transaction that holds the dedupe rows and the effects. When a dependency fails (the database is away) the
 * batch is kept and tried again; when the work fails, the batch is rolled back and its halves are tried, down to the event
 * that fails: it is tried five times within two seconds, then dead-lettered, and hinders nobody. What is no event at all is dead-lettered at
 * once. A dead letter and its event's dedupe row are one transaction: the event counts as consumed until it is replayed.
 */
export function createEventHandler({
  database,
  handleEvents,
  logger,
  metrics,
  failpoint,
  wake,
  signal,
  pauseBetweenTriesMs = 400,
}: EventHandlerOptions): EventHandler {
  const bodies = new WeakMap<Event, string>();
  const bodyOf = (event: Event) => bodies.get(event) ?? JSON.stringify(event);

  /** Unless `claim`, which runs first in the same transaction, says that there is nothing to do. */
  async function apply(events: readonly Event[], claim?: (query: Query) => Promise<boolean>, replayId?: string): Promise<void> {
    const markOf = ({ id }: Event) => (replayId === undefined ? id : replayMark(replayId, id));
    const afterCommit: (() => unknown)[] = [];
    let wrote = false;
    const enqueued = () => {
      wrote = true;
    };
    let fresh: Event[] = [];
    await database.transaction(async (query, join) => {
      if (claim && !(await claim(query))) return;
      const consumed = query(consume, { ids: events.map(markOf) });
      const isFresh = consumed.then((rows) => {
        const left = new Set(rows.map((row) => row.eventId));
        fresh = events.filter((event) => left.delete(markOf(event)));
        return fresh;
      });
      const work = handleEvents(
        { fresh: isFresh, all: events, bodyOf },
        {
          query,
          join,
          enqueued,
          enqueue: async (...events) => {
            enqueued();
            await enqueue(query, events);
          },
          afterCommit: (then) => afterCommit.push(then),
        },
      );
      await Promise.all([isFresh, work]);
      await failpoint("consumer.before_commit");
    });
    await failpoint("consumer.after_commit");
    if (replayId === undefined) for (const { occurredAt } of fresh) metrics.committed(occurredAt);
    for (const work of afterCommit)
      void (async () => work())().catch((error: unknown) =>
        logger.error("what was to follow a commit failed", { error, types: fresh.map(({ type }) => type) }),
      );
    if (wrote) wake();
  }

  async function retryTransient<T>(work: () => Promise<T>): Promise<T> {
    for (let wait = 50; ; wait = Math.min(wait * 2, 5_000)) {
      try {
        return await work();
      } catch (error) {
        if (!isTransient(error) || signal.aborted) throw error;
        metrics.failed("dependency");
        logFailure(logger, "an event handler waits for a dependency", error);
        await sleep(wait * (0.5 + Math.random() / 2), undefined, { signal });
      }
    }
  }

  /** Tries one event until it takes effect, five times at most; gives the last failure if it does not. */
  async function applyOne(event: Event, claim?: (query: Query) => Promise<boolean>): Promise<Failure | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        await retryTransient(() => apply([event], claim));
        return undefined;
      } catch (error) {
        if (signal.aborted) throw error;
        metrics.failed("handler");
        if (attempt < triesPerEvent) {
          await sleep(pauseBetweenTriesMs, undefined, { signal });
          continue;
        }
        logger.error("an event goes to the dead letters", { error, eventId: event.id, type: event.type });
        return failureOf(error, attempt);
      }
    }
  }

  /** Durable when it resolves. */
  async function keep(message: Message, event: Event | undefined, failure: Failure): Promise<void> {
    const eventId = event?.id ?? (uuidForm.test(message.id) ? message.id : null);
    const letter = { ...message, key: message.key ?? (event ? keyOf(event) : null) };
    if (await retryTransient(() => database.transaction((query) => keepDeadLetter(query, letter, eventId, event !== undefined, failure))))
      metrics.deadLettered();
  }

  /** What a message says: an event, nothing that this version knows, or a failure when it is no event. */
  function parse(message: Pick<Message, "body">): { event?: Event | undefined; failure?: Failure } {
    try {
      const event = parseEvent(message.body);
      if (event) bodies.set(event, message.body);
      return { event };
    } catch (error) {
      return { failure: { ...failureOf(error, 1), reason: error instanceof SyntaxError ? "not JSON" : "wrong schema" } };
    }
  }

  /** In one transaction; when that fails in two halves, and so on, until an event that fails is alone: of its others, most are still handled together. */
  async function applyAll(batch: readonly (readonly [Event, Message])[]): Promise<void> {
    const [first, ...others] = batch;
    if (!first) return;
    const [event, message] = first;
    if (others.length === 0) {
      const failure = await runInContext(contextOf(event), () => applyOne(event));
      if (failure) await keep(message, event, failure);
      return;
    }
    try {
      const events = batch.map(([each]) => each);
      await runInBatchContext(events, () => retryTransient(() => apply(events)));
    } catch (error) {
      if (signal.aborted) throw error;
      const middle = Math.ceil(batch.length / 2);
      await applyAll(batch.slice(0, middle));
      await applyAll(batch.slice(middle));
    }
  }

  return {
    async handle(batch) {
      const events = new Map<Event, Message>();
      for (const message of batch) {
        const { event, failure } = parse(message);
        if (event) events.set(event, message);
        if (!failure) continue;
        logger.error("a message that is no event goes to the dead letters", { reason: failure.reason, messageId: message.id, type: message.type });
        await keep(message, undefined, failure);
      }
      if (events.size === 0) return;
      await applyAll([...events]);
    },

    async deadLetter(message, { reason, at }) {
      const { event, failure } = parse(message);
      logger.error("a message that the bus gave up goes to the dead letters", { reason, messageId: message.id, type: message.type });
      await keep(message, event, { reason, at, detail: failure?.detail ?? null, tries: deliveryLimit });
    },

    async replay(letter) {
      const failure = await failureOfReplay(letter);
      if (failure) {
        await retryTransient(() => database.transaction((query) => refuseReplay(query, letter.id, failure)));
        metrics.deadLettered();
      } else logger.info("a dead letter was replayed", { messageId: letter.messageId, type: letter.type });
    },

    async handleAgain(batch, replayId) {
      const events = batch.flatMap((message) => parse(message).event ?? []);
      const tryAll = (some: readonly Event[]) => runInBatchContext(some, () => apply(some, undefined, replayId));
      const failed: { id: string; reason: string }[] = [];
      if (events.length === 0) return failed;
      try {
        await tryAll(events);
      } catch (error) {
        if (isTransient(error)) throw error;
        for (const event of events)
          await tryAll([event]).catch((cause: unknown) => {
            if (isTransient(cause)) throw cause;
            logger.error("an event of a replay failed", { error: cause, eventId: event.id, type: event.type });
            failed.push({ id: event.id, reason: failureOf(cause, 1).reason });
          });
      }
      return failed;
    },
  };

  async function failureOfReplay(letter: DeadLetter & { starts: number }): Promise<Failure | undefined> {
    if (letter.starts > deliveryLimit) return { reason: deliveryLimitReached, detail: null, tries: deliveryLimit };
    const { event, failure } = parse(letter);
    if (!event) return failure ?? { reason: "unknown type", detail: null, tries: 1 };
    return runInContext(contextOf(event), () => applyOne(event, (query) => claimReplay(query, letter.id)));
  }
}

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const failureOf = (error: unknown, tries: number): Failure => ({
  reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  detail: (error instanceof Error && error.stack) || null,
  tries,
});

/** A batch of one runs in its event's context. One of several belongs to none of their requests, and runs under an id of its own. */
function runInBatchContext<T>(events: readonly Event[], work: () => T): T {
  const [first] = events;
  return first && events.length === 1 ? runInContext(contextOf(first), work) : runJob("batch", work, currentContext()?.traceparent);
}
