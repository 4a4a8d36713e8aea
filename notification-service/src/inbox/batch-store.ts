import { asNotificationId, type CommentId, type NotificationId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import { currentCorrelationId } from "@newfeed/shared/ports/context.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { v7 as uuidv7 } from "uuid";
import type { NewEntry } from "../streams/log.ts";
import * as sql from "./batch-statements.ts";
import * as entry from "./entry-statements.ts";
import type { StoredNotification } from "./notification-statements.ts";
import type { Draft } from "./notification-table.ts";

export type { RemovedNotification } from "./batch-statements.ts";

/** What changed in an inbox: a notification of its owner, or null when only the count changed. */
export type ChangedInbox = { ownerId: UserId; unread: number } & (StoredNotification | { id: null });

/** The values of statements about drafts. */
export const draftValues = (drafts: readonly Pick<Draft, "userId" | "actorId" | "followersOf" | "postId" | "threadId" | "commentId" | "type">[]) => ({
  userIds: drafts.map((draft) => draft.userId),
  actorIds: drafts.map((draft) => draft.actorId),
  followersOf: drafts.map((draft) => draft.followersOf),
  postIds: drafts.map((draft) => draft.postId),
  threadIds: drafts.map((draft) => draft.threadId),
  commentIds: drafts.map((draft) => draft.commentId),
  types: drafts.map((draft) => draft.type),
});
const newValues = (drafts: readonly Draft[]) => ({
  ...draftValues(drafts),
  ids: drafts.map(() => asNotificationId(uuidv7())),
  categories: drafts.map((draft) => draft.category),
  contents: drafts.map((draft) => draft.content),
});

/** Writes ungrouped drafts for those who may receive them. `again`: their actor took them back a short while ago. */
export const addDrafts = (query: Query, drafts: readonly Draft[]) => query(sql.addDrafts, newValues(drafts));

/** A change of a user's unread count by a notification that was made at `madeAt`; null when the count stays. */
export interface CountChange {
  userId: UserId;
  difference: number;
  madeAt: Date | null;
}

/** The same, and changes the unread counts. Returns each changed inbox, with its notifications among these ids and the added ones. */
export const addDraftsAndCount = (query: Query, drafts: readonly Draft[], counts: readonly CountChange[], changedIds: Iterable<NotificationId>) =>
  query(sql.addDraftsAndCount, {
    ...newValues(drafts),
    countedUserIds: counts.map(({ userId }) => userId),
    counts: counts.map(({ difference }) => difference),
    countedAt: counts.map(({ madeAt }) => madeAt),
    changedIds: [...changedIds],
    // An outer join leaves all columns of a notification null, or none but those that may be.
  }) as Promise<ChangedInbox[]>;

/**
 * Adds the actors of drafts to their unread groups, which are made where there are none, if their users may receive them. Returns the
 * groups. `again`: all of these actors left it a short while ago. A comment that its user has heard of already changes nothing.
 */
export async function addToGroups(
  query: Query,
  drafts: readonly Draft[],
): Promise<{ id: NotificationId; userId: UserId; createdAt: Date; isNew: boolean; again: boolean }[]> {
  const comments = new Set<CommentId>();
  const isMember = ({ groups }: Draft) => groups === "comments";
  const once = drafts.filter((draft) => {
    if (!isMember(draft) || draft.commentId === null) return true;
    const isFirst = !comments.has(draft.commentId);
    comments.add(draft.commentId);
    return isFirst;
  });
  if (once.length === 0) return [];
  const values = newValues(once);
  const made = new Set(values.ids);
  const names = once.map(({ userId, groupKey }) => `${userId} ${groupKey}`);
  const numbers = new Map([...new Set(names)].map((name, number) => [name, number]));
  const groups = await query(sql.addToGroups, {
    ...values,
    outcomes: once.map(({ outcome }) => outcome),
    groupKeys: once.map(({ groupKey }) => groupKey),
    groups: names.map((name) => numbers.get(name) ?? 0),
    areMembers: once.map(isMember),
  });
  return groups.map((group) => ({ ...group, isNew: made.has(group.id) }));
}

/** Takes an actor out of a user's groups of one key. `again`: they left it a short while ago, too. */
export const leaveGroup = (query: Query, group: { userId: UserId; groupKey: string; actorId: UserId }) => query(sql.leaveGroup, group);

/** Has what an actor took back be news when it is done again: its user never heard of it. */
export async function forgetWithdrawal(query: Query, group: { userId: UserId; groupKey: string; actorId: UserId }): Promise<void> {
  await query(sql.forgetWithdrawal, group);
}

/** Takes an actor out of these groups. Returns those that they were in. `takenBack`: by themselves. */
export async function leaveGroups(query: Query, actorId: UserId, ids: readonly NotificationId[], takenBack = false): Promise<NotificationId[]> {
  return (await query(takenBack ? sql.takeBackFromGroups : sql.leaveGroups, { actorId, ids })).map(({ id }) => id);
}

export const removeEmptyGroups = (query: Query, ids: readonly NotificationId[]) => query(sql.removeEmptyGroups, { ids, correlationId: currentCorrelationId() });

/**
 * Takes comments out of their groups, and with the last one of theirs the actors. Returns the groups, each with how many actors
 * left it.
 */
export async function takeComments(query: Query, commentIds: readonly CommentId[]): Promise<Map<NotificationId, number>> {
  const taken = await query(sql.takeComments, { commentIds });
  const groups = new Map(taken.map(({ notificationId }) => [notificationId, 0]));
  if (taken.length === 0) return groups;
  const left = await query(sql.leaveWithoutComments, {
    ids: taken.map(({ notificationId }) => notificationId),
    actorIds: taken.map(({ actorId }) => actorId),
  });
  for (const { notificationId } of left) groups.set(notificationId, (groups.get(notificationId) ?? 0) + 1);
  return groups;
}

/** Counts so many actors less of groups of which comments were taken, and shows the latest of the others. */
export const recountCommented = (query: Query, groups: ReadonlyMap<NotificationId, number>) =>
  query(sql.recountCommented, { ids: [...groups.keys()], leavers: [...groups.values()] });

/** Counts an actor less who left these groups, and shows the latest of the others. */
export const recountGroups = (query: Query, ids: readonly NotificationId[], actorId: UserId) => query(sql.recountGroups, { ids, actorId });

/** Removes notifications. `takenBack`: by their actor, so that they are quiet when they come again within an hour. */
export const removeById = (query: Query, ids: readonly NotificationId[], takenBack = false) =>
  query(takenBack ? sql.takeBackNotifications : sql.removeNotifications, { ids, correlationId: currentCorrelationId() });

export const removeAboutComments = (query: Query, commentIds: readonly CommentId[]) =>
  query(sql.removeAboutComments, { commentIds, correlationId: currentCorrelationId() });

/** Removes the mentions by a comment from the inboxes of all but these users. Mentioned again within an hour, they hear nothing. */
export const removeOtherMentions = (query: Query, commentId: CommentId, userIds: readonly UserId[]) => query(sql.removeOtherMentions, { commentId, userIds });

/** Forgets the counts of a user's inbox. */
export async function removeInbox(query: Query, userId: UserId): Promise<void> {
  await query(sql.removeInbox, { userId });
}

/** Blanks the log entries in which these notifications name an actor who has left them. */
export async function blankEntriesOf(query: Query, actorId: UserId, notificationIds: readonly NotificationId[]): Promise<void> {
  await query(entry.blankEntriesOf, { notificationIds, actorId });
}

/** Blanks the log entries of former states of notifications, before these new ones are appended. */
export async function replaceEntriesOf(query: Query, entries: readonly NewEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await query(entry.replaceEntriesOf, {
    streams: entries.map(({ stream }) => stream),
    ids: entries.map(({ aggregate }) => asNotificationId(aggregate.id)),
    quiet: entries.map(({ type }) => type === "notification_updated"),
  });
}

/** Turns the log entries of removed notifications into retractions. */
export async function retractEntriesOf(query: Query, removed: readonly sql.RemovedNotification[]): Promise<void> {
  if (removed.length === 0) return;
  await query(entry.retractEntriesOf, { streams: removed.map(({ userId }) => streamOf.user(userId)), ids: removed.map(({ id }) => id) });
}
