import * as z from "zod";
import { Id } from "../ids.ts";
import type { ServiceName } from "../services.ts";
import { defineRoutes } from "./define.ts";

/** A moment with all its microseconds, as PostgreSQL writes it: a `Date` would round it. */
const Moment = z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/);
export const SentPosition = z.object({ at: Moment, id: Id });
export type SentPosition = z.infer<typeof SentPosition>;

/** For reconciliation: every service with an outbox answers its consumers, whatever the broker delivered. */
export const outboxRoutes = (service: ServiceName) =>
  defineRoutes(
    { service, tag: "Outbox" },
    {
      sentEvents: {
        method: "post",
        path: "/internal/outbox/sent",
        summary: "Ids of events of these types, in the order in which they were sent: those of the last 24 hours that are at least five seconds old",
        access: "service",
        body: z.strictObject({ types: z.array(z.string()).max(100), after: SentPosition.nullable() }),
        response: z.object({
          sent: z.array(SentPosition),
          // The last event that was looked at, of any type; older producers give none, and look at all of them for each page.
          examined: SentPosition.nullish(),
          more: z.boolean(),
        }),
      },
      eventBodies: {
        method: "post",
        path: "/internal/outbox/events",
        summary: "Events by id, as they went over the bus, in the order in which they were written",
        access: "service",
        body: z.strictObject({ ids: z.array(Id).max(500) }),
        response: z.object({
          events: z.array(
            // Older producers give no key.
            z.object({ id: Id, type: z.string(), key: z.string().nullish(), body: z.string() }),
          ),
        }),
      },
    },
  );
