import * as z from "zod";
import { Id, UserId } from "../ids.ts";
import { PageQuery, pageOf, Timestamp } from "../primitives.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "event-service", tag: "Events" } as const;
const forAuditors = { access: "user", scope: "admin:operate" } as const;

/** A type by its name, or by the upper-case one that other systems know: `post.created`, `POST_CREATED`. */
export const EventTypeName = z
  .string()
  .max(64)
  .regex(/^([a-z]+([._][a-z]+)*|[A-Z]+(_[A-Z]+)*)$/, "must be a type of event, such as post.created or POST_CREATED")
  .meta({ description: "`post.created`, or `POST_CREATED`", example: "post.created" });

const CorrelationId = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\w.:-]+$/, "may only contain letters, digits and . _ : -");

const paging = { limit: PageQuery.shape.limit, cursor: z.string().max(128).optional().meta({ description: "`endCursor` of the page before" }) };

const about = {
  type: EventTypeName.optional(),
  aggregate: Id.optional().meta({ description: "What it happened to" }),
  actor: UserId.optional().meta({ description: "Who did it" }),
  correlation: CorrelationId.optional().meta({ description: "The correlation id of the request, or of the work behind it" }),
};
const filters = {
  ...about,
  from: Timestamp.optional().meta({ description: "Made at this time or later" }),
  to: Timestamp.optional().meta({ description: "Made before this time" }),
};
export const EventQuery = z.strictObject({ ...paging, ...filters });
export type EventQuery = z.output<typeof EventQuery>;
export const ExportQuery = z.strictObject({
  ...filters,
  progress: z.literal("true").optional().meta({ description: "Lines of progress between the events, once a second at most, and one behind the last" }),
});
export type ExportQuery = z.output<typeof ExportQuery>;
export const TailQuery = z.strictObject(about);
export type TailQuery = z.output<typeof TailQuery>;
const PagingQuery = z.strictObject(paging);
export type PagingQuery = z.output<typeof PagingQuery>;

/** An event as it is kept. */
export const StoredEvent = z
  .object({
    id: Id,
    type: z.string(),
    producer: z.string().nullable().meta({ description: "The service that publishes its type; null where several do, or none does any more" }),
    aggregate: z.object({ type: z.string(), id: Id, revision: z.int() }),
    actorId: UserId.nullable(),
    key: Id.meta({ description: "What orders it: events of one key keep their order" }),
    correlationId: z.string(),
    occurredAt: Timestamp,
    storedAt: Timestamp,
    body: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: "As it was published; null once a post, comment or account that it speaks of is deleted" }),
  })
  .meta({ id: "StoredEvent" });
export type StoredEvent = z.infer<typeof StoredEvent>;

/** A step of what a request has caused. */
export const TimelineEntry = z
  .object({
    event: StoredEvent,
    consumers: z.array(z.string()).meta({ description: "The services that handle it" }),
    afterMs: z.int().meta({ description: "Since the first event of the same correlation id, in milliseconds" }),
  })
  .meta({ id: "TimelineEntry" });
export type TimelineEntry = z.infer<typeof TimelineEntry>;

export const eventRoutes = defineRoutes(common, {
  listEvents: {
    method: "get",
    path: "/api/v1/events",
    summary:
      "Events, newest first, for administrators and auditors. A page may be short, even empty, where several filters leave little: go on behind its `endCursor`",
    ...forAuditors,
    query: EventQuery,
    response: pageOf(StoredEvent),
    errors: ["forbidden"],
  },
  exportEvents: {
    method: "get",
    path: "/api/v1/events/export",
    summary:
      'Events up to now, oldest first, for administrators and auditors: a line of JSON each (application/x-ndjson). With `progress`, lines of the form {"progress":{"share":0.5,"at":…,"events":…}} stand between them, and one with the share 1 at the end',
    ...forAuditors,
    query: ExportQuery,
    response: z.unknown().meta({ id: "EventExport" }),
    errors: ["forbidden"],
  },
  tailEvents: {
    method: "get",
    path: "/api/v1/events/tail",
    summary:
      "Events from now on, as they are stored, for administrators and auditors: an event stream (text/event-stream) of `event`s, which is opened again after five minutes. It goes on behind `Last-Event-ID`",
    ...forAuditors,
    query: TailQuery,
    response: z.unknown().meta({ id: "EventTail" }),
    errors: ["forbidden", "too_many_streams"],
  },
  aggregateEvents: {
    method: "get",
    path: "/api/v1/events/aggregates/:id",
    summary: "What happened to something, oldest first, for administrators and auditors",
    ...forAuditors,
    params: z.object({ id: Id }),
    query: PagingQuery,
    response: pageOf(StoredEvent),
    errors: ["forbidden"],
  },
  correlationEvents: {
    method: "get",
    path: "/api/v1/events/correlations/:correlationId",
    summary: "What a request has caused, oldest first, for administrators and auditors: how it went from service to service",
    ...forAuditors,
    params: z.object({ correlationId: CorrelationId }),
    query: PagingQuery,
    response: pageOf(TimelineEntry),
    errors: ["forbidden"],
  },
  getEvent: {
    method: "get",
    path: "/api/v1/events/:id",
    summary: "One event, for administrators and auditors",
    ...forAuditors,
    params: z.object({ id: Id }),
    response: StoredEvent,
    errors: ["forbidden", "not_found"],
  },
});
