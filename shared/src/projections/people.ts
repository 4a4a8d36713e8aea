import type { EventOf, EventType } from "../contracts/events.ts";
import type { Query } from "../ports/database.ts";
import { forgetAuthor, saveAuthor } from "./authors.ts";
import { saveMute } from "./mutes.ts";
import { forgetPreferences, savePreferences } from "./preferences.ts";
import { forgetRelations, saveBlock, saveFollow } from "./relations.ts";
import { forgetSuspension, saveSuspension } from "./suspensions.ts";

/** What else a service does, by type: after its copy has changed, and only when the event was newer than the copy. */
type Effects<T extends EventType, Context> = { readonly [K in T]?: (event: EventOf<K>, context: Context) => unknown };

/** Has a service keep a copy of users, of blocks between them, of whom they mute and of who is suspended (`projections: ["people"]`). */
export const peopleHandlers = <Context extends { query: Query }>(
  effects: Effects<"user.deleted" | "user.blocked" | "user.unblocked" | "user.muted" | "user.unmuted" | "user.suspended" | "user.unsuspended", Context> = {},
) => ({
  "user.registered": ({ aggregate, data }: EventOf<"user.registered">, { query }: Context) => saveAuthor(query, data.user, aggregate.revision),
  "user.updated": ({ aggregate, data }: EventOf<"user.updated">, { query }: Context) => saveAuthor(query, data.user, aggregate.revision),
  "user.deleted": async (event: EventOf<"user.deleted">, context: Context) => {
    // First: this row is held by writes of this user that are under way, and refuses later ones, so that effects find them all.
    await forgetAuthor(context.query, event.data.userId);
    await forgetRelations(context, event.data.userId);
    await forgetPreferences(context.query, event.data.userId);
    await forgetSuspension(context.query, event.data.userId);
    await effects["user.deleted"]?.(event, context);
  },
  "user.blocked": async (event: EventOf<"user.blocked">, context: Context) => {
    if (await saveBlock(context.query, event)) await effects["user.blocked"]?.(event, context);
  },
  "user.unblocked": async (event: EventOf<"user.unblocked">, context: Context) => {
    if (await saveBlock(context.query, event)) await effects["user.unblocked"]?.(event, context);
  },
  "user.muted": async (event: EventOf<"user.muted">, context: Context) => {
    if (await saveMute(context.query, event)) await effects["user.muted"]?.(event, context);
  },
  "user.unmuted": async (event: EventOf<"user.unmuted">, context: Context) => {
    if (await saveMute(context.query, event)) await effects["user.unmuted"]?.(event, context);
  },
  "user.suspended": async (event: EventOf<"user.suspended">, context: Context) => {
    if (await saveSuspension(context.query, event)) await effects["user.suspended"]?.(event, context);
  },
  "user.unsuspended": async (event: EventOf<"user.unsuspended">, context: Context) => {
    if (await saveSuspension(context.query, event)) await effects["user.unsuspended"]?.(event, context);
  },
});

/** The same for who follows whom. */
export const followHandlers = <Context extends { query: Query }>(effects: Effects<"user.followed" | "user.unfollowed", Context> = {}) => ({
  "user.followed": async (event: EventOf<"user.followed">, context: Context) => {
    if (await saveFollow(context.query, event)) await effects["user.followed"]?.(event, context);
  },
  "user.unfollowed": async (event: EventOf<"user.unfollowed">, context: Context) => {
    if (await saveFollow(context.query, event)) await effects["user.unfollowed"]?.(event, context);
  },
});

/** The same for what others need of users' preferences. `privacyChanged`: an account became private, or public. */
export const preferenceHandlers = <Context extends { query: Query }>(
  privacyChanged: (event: EventOf<"user.preferences_changed">, context: Context) => unknown,
) => ({
  "user.preferences_changed": async (event: EventOf<"user.preferences_changed">, context: Context) => {
    if (await savePreferences(context.query, event)) await privacyChanged(event, context);
  },
});
