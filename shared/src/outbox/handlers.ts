import type { eventTable } from "../contracts/event-table.ts";
import type { ConsumedType, Event, EventOf, EventType } from "../contracts/events.ts";
import type { ServiceName } from "../contracts/services.ts";
import { currentContext, type RequestContext, runInContext } from "../ports/context.ts";
import type { Arrived, HandleEvents, HandlerTransaction } from "../ports/service.ts";

/** A handler of adjacent events: those of the types that it stands for, as long as no other comes between them. */
interface Together<T extends EventType, Context> {
  together: (events: readonly EventOf<T>[], context: Context) => unknown;
}

/** What a service does with one event of a type, or with several at once. What it returns is awaited. */
type Handler<T extends EventType, Context> = ((event: EventOf<T>, context: Context) => unknown) | Together<T, Context>;

/**
 * What a service does with a batch: `handle` calls the handlers of these events, in order. What it asks of the database
 * before it awaits `fresh` goes along with the question which events are.
 */
export type HandleBatch<Context> = (
  arrived: Arrived,
  transaction: HandlerTransaction,
  handle: (events: readonly Event[], context: Context) => Promise<void>,
) => Promise<void>;

/** To be given to all types whose adjacent events are handled together. */
export const together = <T extends EventType, Context = HandlerTransaction>(
  handle: (events: readonly EventOf<T>[], context: Context) => unknown,
): Together<T, Context> => ({ together: handle });

/** A deleted account or post sends very many of these: one by one, each would be a round trip to the database that others wait for. */
type SentInBulk = Exclude<{ [T in EventType]: (typeof eventTable)[T] extends { deletion: true } ? T : never }[EventType], "user.deleted">;

/** Handlers of these types, and of no type that the service does not consume: a spread would bring one in unseen. */
type HandlersOf<S extends ServiceName, Name extends string, Context> = {
  readonly [T in Name]: T extends ConsumedType<S> ? (T extends SentInBulk ? Together<T, Context> : Handler<T, Context>) : never;
};
type EveryType<S extends ServiceName> = { readonly [T in ConsumedType<S>]: unknown };

/**
 * A service's event handlers, by type. A type that the event table lists for the service and that is not here does not
 * compile, nor does one that it does not list. The fresh events of a batch are handled in order, each in the context of
 * the request that caused it; `batch` may do more, before and after, and hand its own context to the handlers.
 */
export function defineHandlers<S extends ServiceName, Name extends string, Context = HandlerTransaction>(
  service: S,
  handlers: HandlersOf<S, Name, Context> & EveryType<S>,
  batch?: HandleBatch<Context>,
): HandleEvents;
export function defineHandlers(
  _service: ServiceName,
  handlers: object,
  batch: HandleBatch<HandlerTransaction> = async ({ fresh }, transaction, handle) => handle(await fresh, transaction),
): HandleEvents {
  const byType = handlers as { readonly [type: string]: Handler<EventType, HandlerTransaction> | undefined };
  async function handle(events: readonly Event[], context: HandlerTransaction): Promise<void> {
    for (let next = 0; next < events.length; ) {
      const [event, ...others] = adjacent(events, next, byType);
      if (!event) return;
      next += 1 + others.length;
      const handler = byType[event.type];
      if (typeof handler === "function") await runInContext(contextOf(event), () => handler(event, context));
      else if (handler && others.length === 0) await runInContext(contextOf(event), () => handler.together([event], context));
      else await handler?.together([event, ...others], context);
    }
  }
  return (arrived, transaction) => batch(arrived, transaction, handle);
}

/** The event at a place, and those behind it that are handled together with it. */
function adjacent(events: readonly Event[], at: number, byType: { readonly [type: string]: unknown }): readonly Event[] {
  const handlerOf = (event: Event | undefined) => event && byType[event.type];
  const handler = handlerOf(events[at]);
  let end = at + 1;
  if (typeof handler === "object") while (handlerOf(events[end]) === handler) end++;
  return events.slice(at, end);
}

/** What the handling of an event has in common with the request that caused it. */
export const contextOf = ({ correlationId }: Event): RequestContext => ({ ...currentContext(), correlationId });
