import { isHeld } from "@newfeed/shared/contracts/content-moderation.ts";
import type { Trend } from "@newfeed/shared/contracts/dto.ts";
import { concernsPeople, type Event, type EventOf } from "@newfeed/shared/contracts/events.ts";
import type { PostId, SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import { beginJob, beginJobs } from "@newfeed/shared/jobs/job.ts";
import { defineHandlers, type HandleBatch, together } from "@newfeed/shared/outbox/handlers.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { HandleEvents } from "@newfeed/shared/ports/service.ts";
import { followHandlers, peopleHandlers, preferenceHandlers } from "@newfeed/shared/projections/people.ts";
import { recordAccessChanges } from "./access/access-store.ts";
import { authorsWithBells, bellJobs, removeBells } from "./bells/bell-store.ts";
import { newPostOf, newPostSubject } from "./bells/new-posts.ts";
import { createInboxBatch, type InboxBatch } from "./inbox/inbox-batch.ts";
import { draftsOf, groupLeftBy } from "./inbox/notification-table.ts";
import { mutesOfPost, mutesOfUser, removePostMute, savePostMute } from "./inbox/post-mute-store.ts";
import { forgetPosts, mayHaveBeenPublic, savePost } from "./inbox/subject-store.ts";
import { saveFilteredWords } from "./inbox/word-filter-store.ts";
import { blockJobs, notificationsAboutPost, userJobs } from "./jobs.ts";
import type { NewRepost } from "./live-signals.ts";
import { removePreferences, saveDevices } from "./preferences/preference-store.ts";
import type { AccessChange, Muted, RemovedRepost } from "./signals.ts";
import type { Appended, NewEntry } from "./streams/log.ts";
import { append, blankAggregates, closeStreams, eraseStreams, replaceStates } from "./streams/log-store.ts";
import { createVersionChecks, type VersionCheck } from "./version-checks.ts";

/** What is delivered once a batch is committed. */
export interface Outcome {
  appended: Appended[];
  accessChanges: AccessChange[];
  likes: { postId: PostId; likeCount: number }[];
  reposts: { postId: PostId; repostCount: number }[];
  polls: { postId: PostId; votes: number[] }[];
  mutes: Muted[];
  /** Users whose profiles show another post first. */
  pins: UserId[];
  newReposts: NewRepost[];
  removedReposts: RemovedRepost[];
  published: EventOf<"post.published">["data"]["post"][];
  /** Tags that are talked of now. */
  trends?: Trend[];
  endedSessions: SessionId[];
  /** Streams were closed, whose entries are to be deleted. */
  streamsClosed?: boolean;
}

/** One batch of events, and what it has to write. */
interface Batch {
  query: Query;
  inbox: InboxBatch;
  entries: NewEntry[];
  closing: string[];
  /** Authors of its new posts on whom users have bells. */
  belled: ReadonlySet<UserId>;
  outcome: Omit<Outcome, "appended">;
}

/** What the handler of one event gets. */
interface Handling extends Batch {
  version: VersionCheck;
}

const entryOf = (event: Event, stream: string, type: NewEntry["type"], data: Record<string, unknown>): NewEntry => ({
  stream,
  type,
  aggregate: event.aggregate,
  actorId: event.actorId,
  revision: event.aggregate.revision,
  data,
});

/** Adds the entry of a new state of an aggregate, in place of those of earlier states. */
async function addState(entry: NewEntry, { query, entries }: Batch): Promise<void> {
  await replaceStates(query, entry);
  // Those of this batch are not in the log yet.
  for (const earlier of entries)
    if (earlier.aggregate.id === entry.aggregate.id)
      Object.assign(earlier, earlier.type === "comment_created" ? { data: entry.data } : { type: "blank", data: {} });
  entries.push(entry);
}

/** Takes what entries say of an aggregate out of the log, where they keep their places. */
async function withdrawStates({ stream, aggregate }: Pick<NewEntry, "stream" | "aggregate">, { query, entries }: Batch): Promise<void> {
  await blankAggregates(query, [{ stream, aggregate, type: "blank", data: {} }]);
  for (const entry of entries) if (entry.stream === stream && entry.aggregate.id === aggregate.id) Object.assign(entry, { type: "blank", data: {} });
}

/** A comment may tell of a narrower visibility before its post does: those whom that excludes must not receive the comment. */
async function narrowAccess({ data }: EventOf<"comment.created" | "comment.updated">, { query, outcome }: Batch): Promise<void> {
  const { visibility, postRevision, postAuthorId } = data;
  const { postId } = data.comment;
  if (visibility === "public" || postRevision === undefined || !(await mayHaveBeenPublic(query, postId, postRevision))) return;
  outcome.accessChanges.push({ kind: "visibility", postId, authorId: postAuthorId, visibility, revision: postRevision });
}

/** Takes a comment from open pages and logs, where it keeps its place, as a deletion does. Its notifications stay, without its text, until it is shown again. */
async function withdrawComment(event: EventOf<"comment.created" | "comment.updated">, handling: Handling): Promise<void> {
  const { id: commentId, postId } = event.data.comment;
  const entry = entryOf(event, streamOf.post(postId), "comment_deleted", { postId, commentId });
  const { type, data } = entry;
  await Promise.all([blankAggregates(handling.query, [entry]), handling.inbox.edit(commentId, "")]);
  for (const earlier of handling.entries) if (earlier.aggregate.id === commentId && earlier.type !== "blank") Object.assign(earlier, { type, data });
  handling.entries.push(entry);
}

async function addComment(event: EventOf<"comment.created" | "comment.updated">, handling: Handling): Promise<void> {
  const { comment } = event.data;
  // The deletion of the post overtook it.
  if (handling.closing.includes(streamOf.post(comment.postId))) return;
  await narrowAccess(event, handling);
  const isNew = handling.version === "first";
  if (comment.held !== null) {
    // What others have not seen is not taken back.
    if (!isNew) await withdrawComment(event, handling);
    return;
  }
  // One that was held is a new one to those who do not know it.
  const type = isNew || event.data.shown ? "comment_created" : "comment_updated";
  const entry = entryOf(event, streamOf.post(comment.postId), type, { postId: comment.postId, comment });
  if (isNew) handling.entries.push(entry);
  else {
    const { inbox } = handling;
    await Promise.all([addState(entry, handling), inbox.edit(comment.id, comment.content)]);
    await inbox.keepMentions(comment.id, event.data.mentionedUserIds);
  }
}

const inboxOnly = () => {};

const accountPrivacy = preferenceHandlers<Handling>(({ data: { userId, privateAccount } }, { outcome }) => {
  if (privateAccount) outcome.accessChanges.push({ kind: "private", authorId: userId });
});

/**
 * What each event does to projections and to the streams of posts; the notifications that it makes are in the notification
 * table. `committed` is called after the commit.
 */
export const createHandlers = (committed: (outcome: Outcome) => void): HandleEvents =>
  defineHandlers(
    "notification-service",
    {
      ...peopleHandlers<Handling>({
        "user.deleted": async ({ data: { userId } }, { query, inbox, outcome }) => {
          for (const job of [...userJobs, mutesOfUser, ...bellJobs]) await beginJob(job, userId, { query, inbox });
          await saveFilteredWords(query, userId, []);
          await removePreferences(query, userId);
          await eraseStreams(query, [streamOf.user(userId)]);
          outcome.streamsClosed = true;
        },
        "user.blocked": async ({ data: { blockerId, blockedId } }, { query, inbox, outcome }) => {
          for (const [actorId, userId] of [
            [blockerId, blockedId],
            [blockedId, blockerId],
          ] as const)
            for (const job of blockJobs) await beginJob(job, `${actorId} ${userId}`, { query, inbox });
          await removeBells(query, [blockerId, blockedId], [blockedId, blockerId]);
          outcome.accessChanges.push({ kind: "block", userIds: [blockerId, blockedId] });
          // Others see neither's reposts of the other any more.
          outcome.removedReposts.push(
            { userId: blockerId, postId: null, postAuthorId: blockedId },
            { userId: blockedId, postId: null, postAuthorId: blockerId },
          );
        },
        "user.suspended": ({ data: { userId } }, { outcome }) => outcome.accessChanges.push({ kind: "suspended", authorId: userId }),
        "user.unblocked": ({ data: { blockerId, blockedId } }, { outcome }) => outcome.accessChanges.push({ kind: "unblock", userIds: [blockerId, blockedId] }),
      }),
      "mute.applied": ({ data: { mutedId, ...mute } }, { outcome }) => outcome.mutes.push({ ...mute, userId: mutedId }),
      ...followHandlers<Handling>({
        "user.unfollowed": async ({ data: { followerId, followeeId } }, { query, outcome }) => {
          await removeBells(query, [followerId, followeeId]);
          outcome.accessChanges.push({ kind: "unfollow", followerId, authorId: followeeId });
        },
      }),
      "user.preferences_changed": async (event, handling) => {
        await accountPrivacy["user.preferences_changed"](event, handling);
        const { userId, filteredWords } = event.data;
        if (filteredWords) await saveFilteredWords(handling.query, userId, filteredWords);
      },
      "user.follow_requested": inboxOnly,
      "user.follow_request_ended": inboxOnly,
      "session.revoked": ({ data }, { outcome }) => outcome.endedSessions.push(data.sessionId),
      "post.published": async ({ data: { post, quotedAuthorId } }, { query, inbox, outcome, belled }) => {
        outcome.published.push(post);
        if (!belled.has(post.author.id)) return;
        // `post.created` may come later.
        await savePost(query, post);
        await beginJob(newPostOf, newPostSubject(post.id, quotedAuthorId), { query, inbox });
      },
      "post.created": ({ data }, { query }) => savePost(query, data.post),
      "post.updated": async (event, handling) => {
        const { post, previousVisibility } = event.data;
        await savePost(handling.query, post);
        const access = { kind: "visibility" as const, postId: post.id, authorId: post.author.id, revision: event.aggregate.revision };
        if (isHeld(post.status)) {
          const stream = streamOf.post(post.id);
          await withdrawStates({ stream, aggregate: event.aggregate }, handling);
          handling.outcome.accessChanges.push({ ...access, visibility: post.status });
          return;
        }
        // A draft is its author's only: its texts were never published.
        if (post.status !== "published") return;
        await addState(entryOf(event, streamOf.post(post.id), "post_updated", { postId: post.id, post }), handling);
        if (post.visibility !== previousVisibility) handling.outcome.accessChanges.push({ ...access, visibility: post.visibility });
      },
      "post.deleted": together<"post.deleted", Handling>(async (events, { query, inbox, entries, closing }) => {
        const ids = events.map(({ data }) => data.postId);
        await inbox.closePosts(ids);
        await forgetPosts(query, ids);
        for (const job of [notificationsAboutPost, mutesOfPost]) await beginJobs(job, ids, { query, inbox });
        for (const event of events) {
          const { postId } = event.data;
          entries.push({ ...entryOf(event, streamOf.post(postId), "post_deleted", { postId }), actorId: null });
          closing.push(streamOf.post(postId));
        }
      }),
      "post.liked": ({ data }, { outcome }) => outcome.likes.push({ postId: data.postId, likeCount: data.likeCount }),
      "post.unliked": ({ data }, { outcome }) => outcome.likes.push({ postId: data.postId, likeCount: data.likeCount }),
      "post.reposted": ({ data: { postId, postAuthorId, userId, repostCount, visibility } }, { outcome }) => {
        outcome.reposts.push({ postId, repostCount });
        if (visibility === "public") outcome.newReposts.push({ postId, postAuthorId, userId });
      },
      "post.unreposted": ({ data: { postId, postAuthorId, userId, repostCount } }, { outcome }) => {
        outcome.reposts.push({ postId, repostCount });
        outcome.removedReposts.push({ userId, postId, postAuthorId });
      },
      // Earlier notifications go by the mutes of their time.
      "post.muted": async ({ data }, { query, inbox }) => {
        await inbox.applyPending();
        await savePostMute(query, data);
      },
      "post.unmuted": async ({ data }, { query, inbox }) => {
        await inbox.applyPending();
        await removePostMute(query, data);
      },
      "content.approved": inboxOnly,
      "content.rejected": inboxOnly,
      "report.resolved": inboxOnly,
      "post.pinned": ({ data: { userId } }, { outcome }) => outcome.pins.push(userId),
      "post.unpinned": ({ data: { userId } }, { outcome }) => outcome.pins.push(userId),
      "poll.ended": inboxOnly,
      "poll.voted": ({ data: { postId, votes } }, { outcome }) => outcome.polls.push({ postId, votes }),
      "comment.created": addComment,
      "comment.updated": addComment,
      "comment.deleted": together<"comment.deleted", Handling>(async (events, { query, inbox, entries, closing }) => {
        const deletions = events.map((event) => {
          const { commentId, postId } = event.data;
          return entryOf(event, streamOf.post(postId), "comment_deleted", { postId, commentId });
        });
        await inbox.removeComments(events.map(({ data }) => data.commentId));
        await blankAggregates(query, deletions);
        // Earlier entries of this batch are not in the log yet: they must not reach it with their content.
        const byId = new Map(deletions.map(({ aggregate, type, data }) => [aggregate.id, { type, data }]));
        for (const entry of entries) if (entry.type !== "blank") Object.assign(entry, byId.get(entry.aggregate.id));
        entries.push(...deletions.filter(({ stream }) => !closing.includes(stream)));
      }),
      "like.created": inboxOnly,
      "like.deleted": inboxOnly,
      "devices.changed": ({ data }, { query }) => saveDevices(query, data),
      "trends.changed": ({ data: { trends } }, { outcome }) => {
        outcome.trends = trends;
      },
    },
    handleBatch(committed),
  );

/** One batch of events in one transaction: projections, notifications, and one append to all streams concerned. */
const handleBatch =
  (committed: (outcome: Outcome) => void): HandleBatch<Handling> =>
  async ({ fresh, all }, { query, enqueue, afterCommit }, handle) => {
    const outcome: Batch["outcome"] = {
      accessChanges: [],
      likes: [],
      reposts: [],
      polls: [],
      newReposts: [],
      removedReposts: [],
      mutes: [],
      pins: [],
      published: [],
      endedSessions: [],
    };
    const [checkVersion, events] = await Promise.all([createVersionChecks(query, all), fresh]);
    const authors = events.flatMap((event) => (event.type === "post.published" ? event.data.post.author.id : []));
    const batch: Batch = { query, inbox: createInboxBatch(query), entries: [], closing: [], belled: await authorsWithBells(query, authors), outcome };
    let deletions: Event[] = [];
    const handleDeletions = async () => {
      if (deletions.length > 0) await handle(deletions, { ...batch, version: "newer" });
      deletions = [];
    };
    for (const event of events) {
      const version = checkVersion(event);
      if (version === "stale") continue;
      // Those of content, which may be many, are handled together.
      if (event.type === "post.deleted" || event.type === "comment.deleted") {
        deletions.push(event);
        continue;
      }
      await handleDeletions();
      // Earlier notifications go by the relations of their time, which such an event may change.
      if (concernsPeople(event.type)) await batch.inbox.applyPending();
      await handle([event], { ...batch, version });
      batch.inbox.add(draftsOf(event));
      const left = groupLeftBy(event);
      if (left) await batch.inbox.leave(left);
    }
    await handleDeletions();
    const { entries, events: outer } = await batch.inbox.flush();
    if (outer.length > 0) await enqueue(...outer);
    // Sent together with the commit, which fails if this does.
    const appended = append(query, [...batch.entries, ...entries]);
    appended.catch(() => {});
    if (batch.closing.length > 0) {
      await closeStreams(query, batch.closing);
      outcome.streamsClosed = true;
    }
    await recordAccessChanges(query, outcome.accessChanges);
    afterCommit(async () => committed({ ...outcome, appended: await appended }));
  };
