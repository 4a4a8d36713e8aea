import * as z from "zod";
import { Id, UserId } from "../ids.ts";
import { PageQuery, pageOf, Timestamp } from "../primitives.ts";
import { replayableServiceNames, type ServiceName } from "../services.ts";
import { defineRoutes } from "./define.ts";
import { EventTypeName } from "./events.ts";

const common = { service: "event-service", tag: "Replays" } as const;
const byId = { params: z.object({ id: Id }) };
const replayStates = ["running", "paused", "done", "cancelled"] as const;

export const CreateReplay = z
  .strictObject({
    consumer: z
      .enum(replayableServiceNames)
      .meta({ description: "The service that handles the events again, and no other does. One that sends something is none of these" }),
    types: z.array(EventTypeName).min(1).max(100).optional().meta({ description: "All that it handles, if it is left out" }),
    aggregate: Id.optional().meta({ description: "Only what happened to this" }),
    from: Timestamp,
    to: Timestamp.optional().meta({ description: "Before this time; now, if it is left out" }),
    rate: z
      .int()
      .min(1)
      .max(5_000)
      .default(500)
      .meta({ description: "Events a second, at most: it rests behind each step, for nine times as long as that took, ten seconds at most" }),
  })
  .meta({ id: "CreateReplay" });
export type CreateReplay = z.output<typeof CreateReplay>;

export const Replay = z
  .object({
    id: Id,
    consumer: z.string(),
    types: z.array(z.string()).nullable(),
    aggregate: Id.nullable(),
    from: Timestamp,
    to: Timestamp,
    rate: z.int(),
    state: z.enum(replayStates),
    progress: z.number().min(0).max(1).meta({ description: "The share of the time between `from` and `to` that is done" }),
    at: Timestamp.meta({ description: "What was made before this is done" }),
    handled: z.int(),
    empty: z.int().meta({ description: "Events that say nothing any more, as what they spoke of is deleted: they are left out" }),
    failed: z.int().meta({ description: "Events whose handling failed; the log of the consumer says why" }),
    lastFailure: z.string().nullable(),
    createdBy: UserId.nullable().meta({ description: "Null for one of the command line" }),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: "Replay" });
export type Replay = z.infer<typeof Replay>;

const step = { method: "post", access: "user", scope: "admin:operate", ...byId, response: Replay, errors: ["forbidden", "not_found", "conflict"] } as const;
const PagingQuery = z.strictObject({ limit: PageQuery.shape.limit, cursor: PageQuery.shape.cursor });

export const replayRoutes = defineRoutes(common, {
  createReplay: {
    method: "post",
    path: "/api/v1/replays",
    summary: "Have a service handle kept events again, for administrators: in order, at a rate, as a job that goes on after a restart",
    access: "user",
    scope: "admin:operate",
    body: CreateReplay,
    response: Replay,
    status: 201,
    errors: ["forbidden"],
  },
  listReplays: {
    method: "get",
    path: "/api/v1/replays",
    summary: "Replays, newest first, for administrators and auditors",
    access: "user",
    scope: "admin:operate",
    query: PagingQuery,
    response: pageOf(Replay),
    errors: ["forbidden"],
  },
  getReplay: {
    method: "get",
    path: "/api/v1/replays/:id",
    summary: "How far a replay is, for administrators and auditors",
    access: "user",
    scope: "admin:operate",
    ...byId,
    response: Replay,
    errors: ["forbidden", "not_found"],
  },
  pauseReplay: { ...step, path: "/api/v1/replays/:id/pause", summary: "Pause a replay that runs, for administrators" },
  resumeReplay: { ...step, path: "/api/v1/replays/:id/resume", summary: "Go on with a replay that is paused, for administrators" },
  cancelReplay: { ...step, path: "/api/v1/replays/:id/cancel", summary: "End a replay for good, for administrators. What was handled again stays so" },
});

const idsOf = z.array(Id).max(500);

/** What the event store answers the consumers of a replay. */
export const keptEventRoutes = defineRoutes(common, {
  keptEvents: {
    method: "post",
    path: "/internal/events",
    summary: "Events by id, as they went over the bus, in the order of their ids; not those that were emptied",
    access: "service",
    body: z.strictObject({ ids: idsOf }),
    response: z.object({ events: z.array(z.object({ id: Id, type: z.string(), key: z.string(), body: z.string() })) }),
  },
});

/** What the consumers of replays answer the event store. */
export const replayRoutesOf = (service: ServiceName) =>
  defineRoutes(
    { service, tag: "Replays" },
    {
      replayEvents: {
        method: "post",
        path: "/internal/replays",
        summary: "Handle these events again, each once for a replay",
        access: "service",
        body: z.strictObject({ replayId: Id, ids: idsOf }),
        response: z.object({ handled: z.int(), failed: z.array(z.object({ id: Id, reason: z.string() })) }),
      },
    },
  );
