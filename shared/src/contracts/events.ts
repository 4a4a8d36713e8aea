import * as z from "zod";
import type { EventRow } from "./event-row.ts";
import { eventStore, eventTable } from "./event-table.ts";
import { Id, UserId } from "./ids.ts";
import { OpenObject, Timestamp } from "./primitives.ts";
import { type ServiceName, type StoringServiceName, serviceRowOf, storingServiceNames } from "./services.ts";

export type EventType = keyof typeof eventTable;
export const eventTypes = Object.keys(eventTable) as EventType[];

export type EventData<T extends EventType> = z.output<(typeof eventTable)[T]["data"]>;

const envelope = OpenObject({
  id: Id,
  type: z.string(),
  aggregate: OpenObject({ type: z.string(), id: Id, revision: z.int().min(1) }),
  /** Who did it; null when the system did. */
  actorId: UserId.nullable(),
  occurredAt: Timestamp,
  correlationId: z.string(),
  data: z.unknown(),
});

/** One event of a known type. */
export type EventOf<T extends EventType> = {
  [K in T]: Omit<z.output<typeof envelope>, "type" | "data"> & { type: K; data: EventData<K> };
}[T];
export type Event = EventOf<EventType>;

/** What a use-case hands to `enqueue`: id, aggregate type, time and correlation id are added by the outbox. */
export type NewEvent = {
  [K in EventType]: { type: K; aggregate: { id: string; revision: number }; actorId: UserId | null; data: EventData<K> };
}[EventType];

/** The schema of one event type, envelope and data. */
export const eventSchema = (type: EventType) => envelope.extend({ type: z.literal(type), data: eventTable[type].data });

const schemas = new Map<string, z.ZodType>(eventTypes.map((type) => [type, eventSchema(type)]));

/** Made once: making a schema costs more than what it checks. */
const typed = z.object({ type: z.string() });

/**
 * Reads a message body. Unknown fields are kept, unknown types give `undefined`: a newer producer may know more.
 * Throws `SyntaxError` or `ZodError` when the body is not an event: such a message is poison.
 */
export function parseEvent(body: string): Event | undefined {
  const json: unknown = JSON.parse(body);
  const { type } = typed.parse(json);
  return schemas.get(type)?.parse(json) as Event | undefined;
}

/** The paths of ids in an event's data. */
type IdPath<Data> = {
  [K in keyof Data & string]: Data[K] extends string
    ? Extract<K, "id" | `${string}Id`>
    : Data[K] extends readonly unknown[]
      ? never
      : Data[K] extends object
        ? `${K}.${IdPath<Data[K]>}`
        : never;
}[keyof Data & string];

const rows: { readonly [T in EventType]: { readonly key: IdPath<EventData<T>> } } = eventTable;
const keyPaths = new Map(eventTypes.map((type) => [type, rows[type].key.split(".")]));

/** What orders an event: events of one key keep their order on a partitioned bus. */
export function keyOf({ type, data }: { type: EventType; data: unknown }): string {
  let at: unknown = data;
  for (const name of keyPaths.get(type) ?? []) at = (at as Record<string, unknown>)[name];
  return at as string;
}

const typesByAlias = new Map<string, EventType>(eventTypes.map((type) => [type.replaceAll(".", "_").toUpperCase(), type]));
/** The type that a name means: its own, or the upper-case one that other systems know (`POST_CREATED`). */
export const eventTypeOf = (name: string): EventType | undefined => typesByAlias.get(name.replaceAll(".", "_").toUpperCase());

const rowOf = (type: EventType): EventRow => eventTable[type];

/** The services that publish a type: none for a type that is not known here. */
export const producersOf = (type: string): readonly ServiceName[] => (Object.hasOwn(eventTable, type) ? [rowOf(type as EventType).producer].flat() : []);

export const isDeletion = (type: EventType): boolean => rowOf(type).deletion ?? false;
export const concernsPeople = (type: EventType): boolean => rowOf(type).people ?? false;
export const sharesRevision = (type: EventType): boolean => rowOf(type).sharesRevision ?? false;

/** Who consumes a row's events. */
export const consumersIn = ({ consumers, producer }: Pick<EventRow, "consumers" | "producer">): readonly ServiceName[] =>
  consumers === "all" ? storingServiceNames.filter((name) => name !== producer) : [...consumers, eventStore];
export const consumersOf = (type: EventType): readonly ServiceName[] => consumersIn(rowOf(type));

/** The types that a service consumes: the bindings of its queue. */
export const consumedTypes = (service: ServiceName): EventType[] => eventTypes.filter((type) => consumersOf(type).includes(service));

/** Who produces what a service consumes, with the types. */
export function producersFor(service: ServiceName): Map<ServiceName, EventType[]> {
  const produced = consumedTypes(service).flatMap((type) => producersOf(type).map((producer) => ({ producer, type })));
  return new Map([...Map.groupBy(produced, ({ producer }) => producer)].map(([producer, each]) => [producer, each.map(({ type }) => type)]));
}

/** The queue of a service's events, and how long the service lets them come together, in milliseconds. */
export interface ConsumedQueue {
  queue: string;
  batchDelayMs: number;
}

/** The queues of those who consume what a service publishes, and are waited for: not that of the event store, whose delay nobody notices. */
export function queuesBehind(service: ServiceName): ConsumedQueue[] {
  const types = eventTypes.filter((type) => producersOf(type).includes(service));
  const consumers = new Set(types.flatMap(consumersOf).filter((name) => name !== eventStore));
  return [...consumers].map((name) => ({ queue: queueOf(name), batchDelayMs: serviceRowOf(name).batchDelayMs ?? 0 }));
}

/** The same as a type. */
export type ConsumersIn<Row extends Pick<EventRow, "consumers" | "producer">> = Row["consumers"] extends readonly (infer Name)[]
  ? Name | typeof eventStore
  : Exclude<StoringServiceName, Row["producer"]>;
/** The types that a service consumes. */
export type ConsumedType<S extends ServiceName> = { [T in EventType]: S extends ConsumersIn<(typeof eventTable)[T]> ? T : never }[EventType];

export const queueOf = (service: ServiceName) => `${service}.events`;
