import type { HandleEvents } from "@newfeed/shared/ports/service.ts";
import { appendEvents } from "./store.ts";

const dayMs = 24 * 3_600_000;

/** Keeps every event, of whatever type, for so many days: not by a table of handlers, one of each type, as all are the same to it. */
export const createHandlers =
  (days: number): HandleEvents =>
  async ({ fresh, bodyOf }, { query }) =>
    appendEvents(query, await fresh, bodyOf, Date.now() - days * dayMs);
