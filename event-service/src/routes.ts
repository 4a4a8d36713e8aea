import { pipeline } from "node:stream/promises";
import { accountDeletionRoutes } from "@newfeed/shared/contracts/routes/account-deletions.ts";
import { deadLetterRoutes } from "@newfeed/shared/contracts/routes/dead-letters.ts";
import { eventRoutes } from "@newfeed/shared/contracts/routes/events.ts";
import { keptEventRoutes, replayRoutes } from "@newfeed/shared/contracts/routes/replays.ts";
import { answered, implement, overHttp } from "@newfeed/shared/http/implement.ts";
import { type Handler, requireAdministrator } from "@newfeed/shared/ports/call.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import type { Express } from "express";
import { changeDeadLetters, countDeadLetters, deadLetterAudit, getDeadLetter, listDeadLetters } from "./dead-letters.ts";
import { listDeletions } from "./deletions/deletions.ts";
import type { DeletionStore } from "./deletions/store.ts";
import { aggregateEvents, correlationEvents, getEvent, listEvents } from "./events.ts";
import { exportEvents } from "./export.ts";
import { changeReplay, createReplay, getReplay, listReplays } from "./replays/replays.ts";
import type { ReplayStore } from "./replays/store.ts";
import type { Store } from "./store.ts";
import type { Tails } from "./transports/tail.ts";

interface Parts {
  store: Store;
  tails: Tails;
  replays: ReplayStore;
  deletions: DeletionStore;
  wake: () => void;
  callService: ServiceClient;
}

export function eventServiceRoutes(app: Express, { store, tails, replays, deletions, wake, callService }: Parts): void {
  implement(app, eventRoutes, {
    listEvents: ({ query }, { user }) => listEvents(store, user, query),
    exportEvents: overHttp(async ({ query }, { user, response }) => {
      const lines = exportEvents(store, user, query);
      response.attachment("newfeed-events.ndjson").type("application/x-ndjson");
      await pipeline(lines, response);
      return answered;
    }),
    tailEvents: overHttp(async ({ query }, { user, request, response }) => {
      await tails.follow(user, query, request.get("last-event-id"), response);
      return answered;
    }),
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

  implement(app, deadLetterRoutes, {
    listDeadLetters: ({ query }, { user }) => listDeadLetters(callService, user, query),
    countDeadLetters: (_input, { user }) => countDeadLetters(callService, user),
    deadLetterAudit: ({ query }, { user }) => deadLetterAudit(callService, user, query),
    replayDeadLetters: ({ body }, { user }) => changeDeadLetters(callService, user, "replay", body),
    dropDeadLetters: ({ body }, { user }) => changeDeadLetters(callService, user, "drop", body),
    getDeadLetter: ({ params }, { user }) => getDeadLetter(callService, store, user, params),
  });

  implement(app, accountDeletionRoutes, { listAccountDeletions: ({ query }, { user }) => listDeletions(deletions, user, query) });

  implement(app, keptEventRoutes, { keptEvents: async ({ body }) => ({ events: await store.bodies(body.ids) }) });
}
