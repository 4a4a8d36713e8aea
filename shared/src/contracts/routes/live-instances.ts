import * as z from "zod";
import { Timestamp } from "../primitives.ts";
import { defineRoutes } from "./define.ts";

export const LiveInstance = z
  .object({
    name: z.string(),
    startedAt: Timestamp,
    sockets: z.int().meta({ description: "Clients that are connected over Socket.IO" }),
    eventStreams: z.int().meta({ description: "Clients that read server-sent events" }),
    users: z.int().meta({ description: "How many people that is; visitors of one network count as one" }),
    seenAt: Timestamp.meta({ description: "When the instance said so; it does three times a minute" }),
  })
  .meta({ id: "LiveInstance" });
export type LiveInstance = z.output<typeof LiveInstance>;

// No API token looks at what belongs to operators.
const common = { service: "notification-service", tag: "Operations", unverified: true } as const;

/** Where clients are connected. */
export const liveInstanceRoutes = defineRoutes(common, {
  listLiveInstances: {
    method: "get",
    path: "/api/v1/live-instances",
    summary: "The instances that clients are connected to, for administrators and auditors",
    access: "user",
    scope: null,
    response: z.object({ instances: z.array(LiveInstance) }),
    errors: ["forbidden"],
  },
});
