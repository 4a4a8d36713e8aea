import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import { asNotificationId, type CommentId, type NotificationId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { NewEntry } from "../streams/log.ts";
import {
  addDrafts,
  addDraftsAndCount,
  addToGroups,
  blankEntriesOf,
  forgetWithdrawal,
  leaveGroup,
  leaveGroups,
  recountCommented,
  recountGroups,
  removeAboutComments,
  removeById,
  removeEmptyGroups,
  removeInbox,
  removeOtherMentions,
  replaceEntriesOf,
  retractEntriesOf,
  takeComments,
} from "./batch-store.ts";
import { excerptOf } from "./excerpt.ts";
import { createInboxChanges } from "./inbox-changes.ts";
import { entriesOf } from "./inbox-entries.ts";
import { eventsOf, findReached } from "./notification-events.ts";
import type { Draft } from "./notification-table.ts";
import { editComment } from "./subject-store.ts";
import { withoutFiltered } from "./word-filter-store.ts";

/** What a batch appends to the streams of inboxes, and tells other services. */
interface Flushed {
  entries: NewEntry[];
  events: NewEvent[];
}

/** The changes that one batch of events makes to inboxes; `flush` turns them into entries for the inboxes' streams. */
export interface InboxBatch {
  /** Adds drafts for users who may receive them: not across a block, what is for followers only for followers, and nothing that was deleted, muted or has a word that they filter. */
  add(drafts: readonly Draft[]): void;
  /**
   * Writes pending drafts: those that are grouped in one statement, the others in another. To be called before an event
   * changes who may receive what; the methods below call it themselves.
   */
  applyPending(): Promise<void>;
  /** Replaces the text of a comment in the notifications about it. */
  edit(commentId: CommentId, content: string): Promise<void>;
  /** Removes what told users that a comment mentions them, except these. */
  keepMentions(commentId: CommentId, userIds: readonly UserId[]): Promise<void>;
  /** Takes an actor out of a group; an empty group is removed. What they do and take back again within an hour is quiet. */
  leave(group: { userId: UserId; groupKey: string; actorId: UserId }): Promise<void>;
  /** Takes an actor out of these groups. `takenBack`: by themselves. */
  leaveGroups(actorId: UserId, ids: readonly NotificationId[], takenBack?: boolean): Promise<void>;
  /** Removes these notifications. `takenBack`: by their actor. */
  remove(ids: readonly NotificationId[], takenBack?: boolean): Promise<void>;
  /** Removes all notifications about these comments, and takes them out of their groups. */
  removeComments(commentIds: readonly CommentId[]): Promise<void>;
  /** Drafts about these posts are dropped from now on. */
  closePosts(postIds: readonly PostId[]): Promise<void>;
  /** Removes these notifications of a deleted user, without entries: nobody would receive them. */
  forget(userId: UserId, ids: readonly NotificationId[]): Promise<void>;
  /** Writes pending drafts, and retracts the entries of what was removed. Returns the entries of all changes, one for each notification, and the events of those that leave the house. */
  flush(): Promise<Flushed>;
}

export function createInboxBatch(query: Query): InboxBatch {
  const changes = createInboxChanges();
  /** Posts and comments that this batch deleted; earlier deletions are in the database. */
  const deletedSubjects = new Set<string>();
  let pending: Draft[] = [];

  const addAtOnce = async (drafts: readonly Draft[]) => {
    if (drafts.length === 0) return;
    for (const { again, ...notification } of await addDrafts(query, drafts)) changes.added({ ...notification, quiet: again });
  };

  /** Writes those of the pending drafts that are grouped, or may come again, and returns the others. */
  async function takePending(): Promise<Draft[]> {
    const written = pending;
    pending = [];
    const drafts = await withoutFiltered(query, written);
    for (const { isNew, again, ...group } of await addToGroups(
      query,
      drafts.filter((draft) => draft.groupKey !== null),
    )) {
      const notification = { ...group, quiet: again };
      if (isNew) changes.added(notification);
      else changes.updated({ ...notification, grown: true });
    }
    const others = drafts.filter((draft) => draft.groupKey === null);
    await addAtOnce(others.filter((draft) => draft.edited));
    return others.filter((draft) => !draft.edited);
  }

  const applyPending = async () => addAtOnce(await takePending());

  /** After an actor left each of these groups. */
  async function recount(ids: readonly NotificationId[], actorId: UserId, quiet = false): Promise<void> {
    if (ids.length === 0) return;
    changes.remove(await removeEmptyGroups(query, ids));
    for (const notification of await recountGroups(query, ids, actorId)) changes.updated({ ...notification, quiet });
  }

  return {
    applyPending,
    add(drafts) {
      pending.push(...drafts.filter(({ postId, commentId }) => ![postId, commentId].some((id) => id && deletedSubjects.has(id))));
    },
    async edit(commentId, content) {
      const excerpt = excerptOf(content);
      for (const draft of pending) if (draft.commentId === commentId) Object.assign(draft, { content: excerpt, text: content });
      for (const notification of await editComment(query, commentId, excerpt)) changes.updated({ ...notification, quiet: true });
    },
    async keepMentions(commentId, userIds) {
      // Nobody has heard of those that are not written yet.
      pending = pending.filter((draft) => !(draft.type === "mention" && draft.commentId === commentId && !userIds.includes(draft.userId)));
      changes.remove(await removeOtherMentions(query, commentId, userIds));
    },
    async leave(group) {
      await applyPending();
      const left = await leaveGroup(query, group);
      const ids = left.map(({ id }) => id);
      const isUnheard = ids.length > 0 && ids.every((id) => changes.isNews(id));
      await recount(
        ids,
        group.actorId,
        left.every(({ again }) => again),
      );
      if (isUnheard && !ids.some((id) => changes.changedIds.has(id))) await forgetWithdrawal(query, group);
    },
    async leaveGroups(actorId, ids, takenBack) {
      await applyPending();
      const left = await leaveGroups(query, actorId, ids, takenBack);
      await blankEntriesOf(query, actorId, left);
      await recount(left, actorId);
    },
    async remove(ids, takenBack) {
      await applyPending();
      if (ids.length > 0) changes.remove(await removeById(query, ids, takenBack));
    },
    async removeComments(commentIds) {
      await applyPending();
      for (const id of commentIds) deletedSubjects.add(id);
      changes.remove(await removeAboutComments(query, commentIds));
      const groups = await takeComments(query, commentIds);
      if (groups.size === 0) return;
      const emptied = await removeEmptyGroups(query, [...groups.keys()]);
      changes.remove(emptied);
      for (const { id } of emptied) groups.delete(id);
      if (groups.size > 0) for (const notification of await recountCommented(query, groups)) changes.updated({ ...notification, quiet: true });
    },
    async closePosts(postIds) {
      await applyPending();
      for (const id of postIds) deletedSubjects.add(id);
    },
    async forget(userId, ids) {
      await applyPending();
      if (ids.length > 0) await removeById(query, ids);
      await removeInbox(query, userId);
      changes.forget(userId, ids);
    },
    async flush() {
      const drafts = await takePending();
      const { removed, counts, changedIds, addedIds, updatedIds, grownIds, quietIds } = changes;
      await retractEntriesOf(query, removed);
      if (drafts.length === 0 && counts.length === 0) return { entries: [], events: [] };
      const [changed, reached] = await Promise.all([
        addDraftsAndCount(query, drafts, counts, changedIds),
        findReached(
          query,
          [...drafts, ...counts].map(({ userId }) => userId),
        ),
      ]);
      const entries = entriesOf(changed, removed, quietIds);
      await replaceEntriesOf(
        query,
        entries.filter(({ type, aggregate }) => type !== "retract" && updatedIds.has(asNotificationId(aggregate.id))),
      );
      return { entries, events: await eventsOf(query, reached, { changed, removed, addedIds, updatedIds, grownIds, quietIds }) };
    },
  };
}
