import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import type { NotificationId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { outerChannels } from "@newfeed/shared/contracts/notification-channels.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { endOfQuietHours } from "@newfeed/shared/ports/quiet-hours.ts";
import { findPreferences, type StoredPreferences } from "../preferences/preference-store.ts";
import { channelsOf } from "../preferences/preferences.ts";
import type { ChangedInbox } from "./batch-store.ts";
import { excerptOf } from "./excerpt.ts";
import type { InboxChanges } from "./inbox-changes.ts";
import { toNotification } from "./notifications.ts";
import { findPublicPosts } from "./subject-store.ts";

// What leaves the house: docs/decisions/0121-what-leaves-the-house.md.

/** Those who can be reached outside their inbox, with their preferences. */
export type Reached = ReadonlyMap<UserId, StoredPreferences>;

/** A device takes what is pushed; mail is sent of what a user has asked for. */
const isReached = ({ hasDevices, choices }: StoredPreferences) => hasDevices || Object.values(choices).some(({ mail }) => mail);

/** Those of these users who can be reached outside their inbox. */
export async function findReached(query: Query, userIds: Iterable<UserId>): Promise<Reached> {
  const found = await findPreferences(query, [...new Set(userIds)]);
  return new Map([...found].filter(([, preferences]) => isReached(preferences)));
}

type Row = Extract<ChangedInbox, { userId: UserId }>;

/** Where a type goes beside the inbox. */
function outsideOf({ hasDevices, choices }: StoredPreferences, type: string) {
  const channels = channelsOf(choices, type);
  return outerChannels.filter((channel) => channels[channel] && (channel !== "push" || hasDevices));
}

function dataOf(row: Row, preferences: StoredPreferences, publicPosts: ReadonlySet<PostId>, isNews: boolean) {
  const { actors, data, createdAt } = toNotification(row);
  const { comment, post } = data;
  const text = comment?.content ?? (post && (post.title ?? post.content));
  const { mailFrequency, quietHours } = preferences;
  return {
    recipientId: row.userId,
    type: row.type,
    groupKey: row.groupKey,
    actors: actors ?? [],
    count: row.count,
    subject: { postId: row.postId, commentId: row.commentId, userId: data.userId ?? null },
    excerpt: row.postId && publicPosts.has(row.postId) && text ? excerptOf(text) : null,
    createdAt,
    channels: isNews ? outsideOf(preferences, row.type) : [],
    mailFrequency,
    notBefore: (quietHours && endOfQuietHours(quietHours, Date.now()))?.toISOString() ?? null,
    quietHours,
  };
}

interface Changes extends Pick<InboxChanges, "addedIds" | "updatedIds" | "grownIds" | "quietIds" | "removed"> {
  changed: readonly ChangedInbox[];
}

/** The events of changed inboxes, at most one for each notification, of those users only who can be reached outside. */
export async function eventsOf(query: Query, reached: Reached, { changed, removed, addedIds, updatedIds, grownIds, quietIds }: Changes): Promise<NewEvent[]> {
  if (reached.size === 0) return [];
  const rows = changed.flatMap((row) => {
    const preferences = row.id === null ? undefined : reached.get(row.userId);
    return row.id !== null && preferences && outsideOf(preferences, row.type).length > 0 ? [{ row, preferences }] : [];
  });
  const isNew = (id: NotificationId) => addedIds.has(id) || !updatedIds.has(id);
  const publicPosts = await findPublicPosts(
    query,
    rows.flatMap(({ row }) => row.postId ?? []),
  );
  const shown = rows.flatMap(({ row, preferences }): NewEvent[] => {
    // What is done again soon after it was taken back does not leave the house again.
    if (isNew(row.id) && quietIds.has(row.id)) return [];
    const type = isNew(row.id) ? "notification.created" : "notification.updated";
    const isNews = isNew(row.id) || grownIds.has(row.id);
    const aggregate = { id: row.id, revision: row.revision };
    return [{ type, aggregate, actorId: row.actorId, data: dataOf(row, preferences, publicPosts, isNews) }];
  });
  const withdrawn = removed.flatMap(({ id, userId, revision }): NewEvent[] =>
    reached.has(userId) && !addedIds.has(id)
      ? // One that is read by the mark of its inbox is a revision further than its row.
        [{ type: "notification.withdrawn", aggregate: { id, revision: revision + 2 }, actorId: null, data: { recipientId: userId } }]
      : [],
  );
  return [...shown, ...withdrawn];
}

/** Tells of what its user has read, if they can be reached outside. `ids`: null for all that were created until then. */
export async function readEvents(query: Query, userId: UserId, ids: readonly NotificationId[] | null, until: () => Promise<Date>): Promise<NewEvent[]> {
  if ((await findReached(query, [userId])).size === 0) return [];
  const data = { recipientId: userId, ids: ids && [...ids], until: (await until()).toISOString() };
  return [{ type: "notification.read", aggregate: { id: userId, revision: 1 }, actorId: userId, data }];
}
