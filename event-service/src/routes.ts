import { eventRoutes } from "@newfeed/shared/contracts/routes/events.ts";
import { implement } from "@newfeed/shared/http/implement.ts";
import type { Express } from "express";
import { aggregateEvents, correlationEvents, getEvent, listEvents } from "./events.ts";
import type { Store } from "./store.ts";

export function eventServiceRoutes(app: Express, store: Store): void {
  implement(app, eventRoutes, {
    listEvents: ({ query }, { user }) => listEvents(store, user, query),
    aggregateEvents: ({ params, query }, { user }) => aggregateEvents(store, user, params.id, query),
    correlationEvents: ({ params, query }, { user }) => correlationEvents(store, user, params.correlationId, query),
    getEvent: ({ params }, { user }) => getEvent(store, user, params.id),
  });
}
