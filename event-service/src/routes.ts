import { eventRoutes } from "@newfeed/shared/contracts/routes/events.ts";
import { keptEventRoutes, replayRoutes } from "@newfeed/shared/contracts/routes/replays.ts";
import { implement } from "@newfeed/shared/http/implement.ts";
import { type Handler, requireAdministrator } from "@newfeed/shared/ports/call.ts";
import type { Express } from "express";
import { aggregateEvents, correlationEvents, getEvent, listEvents } from "./events.ts";
import { changeReplay, createReplay, getReplay, listReplays } from "./replays/replays.ts";
import type { ReplayStore } from "./replays/store.ts";
import type { Store } from "./store.ts";

export function eventServiceRoutes(app: Express, { store, replays, wake }: { store: Store; replays: ReplayStore; wake: () => void }): void {
  implement(app, eventRoutes, {
    listEvents: ({ query }, { user }) => listEvents(store, user, query),
    aggregateEvents: ({ params, query }, { user }) => aggregateEvents(store, user, params.id, query),
    correlationEvents: ({ params, query }, { user }) => correlationEvents(store, user, params.correlationId, query),
    getEvent: ({ params }, { user }) => getEvent(store, user, params.id),
  });

  const take =
    (step: "pause" | "resume" | "cancel"): Handler<(typeof replayRoutes)["pauseReplay"]> =>
    async ({ params }, { user }) => {
      requireAdministrator(user);
      const replay = await changeReplay(replays, params.id, step);
      wake();
      return replay;
    };
  implement(app, replayRoutes, {
    createReplay: ({ body }, { user }) => createReplay(replays, wake, user, body),
    listReplays: ({ query }, { user }) => listReplays(replays, user, query),
    getReplay: ({ params }, { user }) => getReplay(replays, user, params.id),
    pauseReplay: take("pause"),
    resumeReplay: take("resume"),
    cancelReplay: take("cancel"),
  });

  implement(app, keptEventRoutes, { keptEvents: async ({ body }) => ({ events: await store.bodies(body.ids) }) });
}
