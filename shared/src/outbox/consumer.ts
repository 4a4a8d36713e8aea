import { setTimeout as sleep } from "node:timers/promises";
import { type Event, parseEvent } from "../contracts/events.ts";
import type { Message, MessageHandler, Verdict } from "../ports/bus.ts";
import { type RequestContext, runInContext, runJob } from "../ports/context.ts";
import type { Database } from "../ports/database.ts";
import type { Failpoint } from "../ports/failpoint.ts";
import type { Logger } from "../ports/logger.ts";
import type { EventMetrics } from "../ports/metrics.ts";
import type { HandleEvents } from "../ports/service.ts";
import { isTransient } from "../ports/transient.ts";
import { enqueue } from "./enqueue.ts";

const triesPerEvent = 5;
const pauseBetweenTriesMs = 400;

export interface EventHandlerOptions {
  database: Pick<Database, "transaction">;
  handleEvents: HandleEvents;
  logger: Logger;
  metrics: Pick<EventMetrics, "committed" | "failed" | "deadLettered">;
  failpoint: Failpoint;
  /** Called after a commit that may have enqueued events. */
  wake: () => void;
  signal: AbortSignal;
}

/**
 * Makes a message handler of a service's event handlers: each event takes effect exactly once.
 *
 * A batch is one transaction that holds the dedupe rows and the effects. When a dependency fails (the database is away) the
 * batch is kept and tried again; when the work fails, the batch is rolled back and its events run one by one, each five
 * times within two seconds, then the event is dead-lettered and hinders nobody. What is no event at all is dead-lettered at once.
 */
export function createEventHandler({ database, handleEvents, logger, metrics, failpoint, wake, signal }: EventHandlerOptions): MessageHandler {
  async function apply(events: readonly Event[]): Promise<void> {
    const afterCommit: (() => void)[] = [];
    let enqueued = false;
    let fresh: Event[] = [];
    await database.transaction(async (query) => {
      // A dead letter counts as consumed until it is delivered again: then it gets another chance.
      const consumed = query<{ event_id: string }>(
        `INSERT INTO newfeed.consumed_event (event_id) SELECT DISTINCT unnest($1::uuid[])
         ON CONFLICT (event_id) DO UPDATE SET dead = false, consumed_at = clock_timestamp() WHERE consumed_event.dead RETURNING event_id`,
        [events.map((event) => event.id)],
      );
      const isFresh = consumed.then((rows) => {
        const left = new Set(rows.map((row) => row.event_id));
        fresh = events.filter((event) => left.delete(event.id));
        return fresh;
      });
      const work = handleEvents(
        { fresh: isFresh, all: events },
        {
          query,
          enqueue: async (...events) => {
            enqueued = true;
            await enqueue(query, events);
          },
          afterCommit: (then) => afterCommit.push(then),
        },
      );
      await Promise.all([isFresh, work]);
      await failpoint("consumer.before_commit");
    });
    await failpoint("consumer.after_commit");
    for (const { occurredAt } of fresh) metrics.committed(occurredAt);
    for (const work of afterCommit) work();
    if (enqueued) wake();
  }

  async function retryTransient<T>(work: () => Promise<T>): Promise<T> {
    for (let wait = 50; ; wait = Math.min(wait * 2, 5_000)) {
      try {
        return await work();
      } catch (error) {
        if (!isTransient(error) || signal.aborted) throw error;
        metrics.failed("dependency");
        logger.warn("an event handler waits for a dependency", { error });
        await sleep(wait * (0.5 + Math.random() / 2), undefined, { signal });
      }
    }
  }

  async function applyOne(event: Event): Promise<Verdict> {
    for (let attempt = 1; ; attempt++) {
      try {
        await retryTransient(() => apply([event]));
        return "done";
      } catch (error) {
        if (signal.aborted) throw error;
        metrics.failed("handler");
        if (attempt < triesPerEvent) {
          await sleep(pauseBetweenTriesMs, undefined, { signal });
          continue;
        }
        const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        logger.error("an event goes to the dead letters", { error, eventId: event.id, type: event.type });
        await retryTransient(() =>
          database.transaction((query) =>
            query("INSERT INTO newfeed.consumed_event (event_id, dead) VALUES ($1, true) ON CONFLICT (event_id) DO UPDATE SET dead = true", [event.id]),
          ),
        );
        metrics.deadLettered();
        return { dead: reason };
      }
    }
  }

  function parse(message: Message): Event | undefined | { dead: string } {
    try {
      return parseEvent(message.body);
    } catch (error) {
      metrics.deadLettered();
      logger.error("a message that is no event goes to the dead letters", { error, messageId: message.id, type: message.type });
      return { dead: error instanceof SyntaxError ? "not JSON" : "wrong schema" };
    }
  }

  return async (batch) => {
    const parsed = batch.map(parse);
    const events = parsed.filter((item): item is Event => item !== undefined && !("dead" in item));
    const verdicts = new Map<Event, Verdict>();
    if (events.length > 0) {
      try {
        await runInBatchContext(events, () => retryTransient(() => apply(events)));
      } catch (error) {
        if (signal.aborted) throw error;
        for (const event of events) verdicts.set(event, await runInContext(contextOf(event), () => applyOne(event)));
      }
    }
    return parsed.map((item) => (item === undefined ? "done" : "dead" in item ? item : (verdicts.get(item) ?? "done")));
  };
}

const contextOf = ({ correlationId }: Event): RequestContext => ({ correlationId });

/** A batch of one runs in its event's context. One of several belongs to none of their requests, and runs under an id of its own. */
function runInBatchContext<T>(events: readonly Event[], work: () => T): T {
  const [first] = events;
  return first && events.length === 1 ? runInContext(contextOf(first), work) : runJob("batch", work);
}

/** Reactions by event type, run in order. Types without one are passed over. */
export const handleByType =
  (handlers: { [T in Event["type"]]?: (event: Extract<Event, { type: T }>, transaction: Parameters<HandleEvents>[1]) => Promise<void> }): HandleEvents =>
  async ({ fresh }, transaction) => {
    for (const event of await fresh) {
      const handle = handlers[event.type] as ((event: Event, t: typeof transaction) => Promise<void>) | undefined;
      if (handle) await runInContext(contextOf(event), () => handle(event, transaction));
    }
  };
