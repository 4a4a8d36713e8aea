import type { Author, Post } from "@newfeed/shared/contracts/dto.ts";
import type { CommentId, DraftId, MediaId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { StoredAttachment } from "@newfeed/shared/contracts/routes/media.ts";
import type { VisiblePost } from "@newfeed/shared/contracts/routes/posts-internal.ts";
import { storedAnswer } from "@newfeed/shared/outbox/idempotency.ts";
import { generatedIn, transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Transaction } from "@newfeed/shared/ports/database.ts";
import type { Idempotency } from "@newfeed/shared/ports/idempotency.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import type { Window } from "@newfeed/shared/store/cursors.ts";
import { tagsIn } from "@newfeed/shared/store/tags.ts";
import type { PrismaPg } from "@prisma/adapter-pg";
import { v7 as uuidv7 } from "uuid";
import { firstLinkOf } from "../cards/first-link.ts";
import { findCategory } from "../categories/store.ts";
import { deleteDraft } from "../drafts/statements.ts";
import { type Prisma, PrismaClient } from "../generated/client.ts";
import type { PollTerms } from "../polls/poll.ts";
import * as polls from "../polls/statements.ts";
import { requestSummary } from "../summaries/store.ts";
import { listUnderTags } from "../tags/listing-store.ts";
import { withAltTexts } from "./attachments.ts";
import * as history from "./history-statements.ts";
import { insertBookmark } from "./kept-statements.ts";
import * as mutes from "./mute-statements.ts";
import * as pinned from "./pinned-statements.ts";
import { type StoredStatus, toPost } from "./post.ts";
import type { Publication } from "./publication.ts";
import { likes, lockForRemoval, reposts } from "./reaction-statements.ts";
import { countScheduled, listScheduled } from "./scheduled-statements.ts";
import * as sql from "./statements.ts";
import { findTrust } from "./trust-statements.ts";

export type { StoredPost } from "./statements.ts";

type StoredPost = sql.StoredPost;

export interface NewPost
  extends Pick<
    Post,
    | "id"
    | "title"
    | "content"
    | "postType"
    | "visibility"
    | "sensitive"
    | "contentWarning"
    | "category"
    | "location"
    | "quotedPostId"
    | "quotable"
    | "clientMutationId"
  > {
  authorId: UserId;
  status: StoredStatus;
  /** When a scheduled post is to be published. */
  publishAt: Date | null;
  attachments: StoredAttachment[];
  links: string[];
  poll: PollTerms | null;
}

/** What has stood for less was a slip of the hand: it is not kept. */
const slipSeconds = 5 * 60;

/** `altTexts`: those that change. `visibility`: null leaves it as it is. */
export type PostChange = Pick<Post, "title" | "content" | "sensitive" | "contentWarning" | "quotable" | "location"> & {
  altTexts: readonly { mediaId: MediaId; alt: string }[];
  /** Those that the post has; they do not change. */
  links: readonly string[];
  visibility: Post["visibility"] | null;
  /** Undefined leaves it as it is, also one that is gone. */
  category: Post["category"] | undefined;
  publication: Omit<Publication, "status"> & { status: StoredStatus };
};

/** A comment as an event tells of it. */
export interface CommentChange {
  commentId: CommentId;
  postId: PostId;
  revision: number;
  deleted: boolean;
  /** Others do not see it. */
  held: boolean;
}

/** What event handlers may do within one transaction. */
export const handlerOperationsOn = ({ query }: Pick<Transaction, "query">) => ({
  /**
   * Brings the counts of posts in line with changes of comments, at most one of each comment: right whatever the order in
   * which creation, changes and deletion arrive. A comment on a post that is gone counts nowhere.
   */
  async countComments(changes: readonly CommentChange[]): Promise<void> {
    if (changes.length === 0) return;
    await query(sql.countComments, {
      commentIds: changes.map(({ commentId }) => commentId),
      postIds: changes.map(({ postId }) => postId),
      revisions: changes.map(({ revision }) => revision),
      deleted: changes.map(({ deleted }) => deleted),
      held: changes.map(({ held }) => held),
    });
  },
});

const setting = (id: PostId, poll: PollTerms | null) => ({ id, options: poll?.options ?? null, seconds: poll?.duration ?? null, endsAt: poll?.endsAt ?? null });

async function counted(rows: Promise<{ count: number }[]>): Promise<number> {
  const [row] = await rows;
  if (!row) throw new Error("a post went although it was locked");
  return row.count;
}

/** What use-cases may do within one transaction. Locks are taken in this order: author, post. */
function operationsOn(transaction: Transaction, prisma: PrismaClient, urls: MediaUrls) {
  const { query, enqueue } = transaction;
  const dto = ([row]: StoredPost[]) => row && toPost(row, urls);
  return {
    enqueue,
    /**
     * A user's names, kept from changing until the transaction ends: a deletion of the account waits, and then finds
     * what this transaction wrote. Undefined when the user is gone.
     */
    async lockAuthor(userId: UserId): Promise<Author | undefined> {
      const [row] = await query(sql.lockAuthor, { userId });
      return row?.author;
    },
    /** By their posts, whether a moderator has to look at the next one first. */
    async isTrusted(authorId: UserId): Promise<boolean> {
      const [row] = await query(findTrust, { authorId });
      return row?.trusted ?? false;
    },
    /** One that is not there, or another's, is none. */
    async removeDraft(userId: UserId, id: DraftId): Promise<void> {
      await query(deleteDraft, { userId, id });
    },
    findCategory: (slug: string) => findCategory(query, slug),
    /** False when the author has a post under this `clientMutationId`. */
    async createPost({ poll, ...post }: NewPost): Promise<boolean> {
      const tags = tagsIn(post.title, post.content);
      const [created] = await Promise.all([
        query(sql.insertPost, { ...post, tags, cardUrl: firstLinkOf(post), attachments: JSON.stringify(post.attachments) }),
        listUnderTags(query, tags.length > 0 ? [post.id] : []),
        poll && query(polls.setPoll, setting(post.id, poll)),
      ]);
      return created.length === 1;
    },
    postById: async (viewerId: UserId, id: PostId) => dto(await query(sql.findPost, { viewerId, id })),
    postByMutation: async (authorId: UserId, clientMutationId: string) => dto(await query(sql.findByMutation, { authorId, clientMutationId })),
    /** A post that the viewer may see, locked. */
    lockPost: async (viewerId: UserId, id: PostId) => dto(await query(sql.lockPost, { viewerId, id })),
    /** How many posts of an author are scheduled. */
    async countScheduled(authorId: UserId): Promise<number> {
      const [row] = await query(countScheduled, { authorId });
      return row?.count ?? 0;
    },
    /** Under the post's lock. */
    async updatePost(id: PostId, { altTexts, links, category, publication, ...change }: PostChange): Promise<void> {
      const [stored] = altTexts.length > 0 ? await query(sql.findAttachments, { id }) : [];
      const attachments = stored ? JSON.stringify(withAltTexts(stored.attachments, altTexts)) : null;
      const [updated] = await query(sql.updatePost, {
        id,
        ...change,
        recategorised: category !== undefined,
        category: category ?? null,
        attachments,
        tags: tagsIn(change.title, change.content),
        cardUrl: firstLinkOf({ content: change.content, links }),
        ...publication,
      });
      if (updated?.moves || publication.status === "pending") await listUnderTags(query, [id]);
    },
    /** Of what the post says now. */
    requestSummary: (id: PostId) => requestSummary(query, id),
    /** Under the post's lock, and while nobody has voted. */
    async setPoll(id: PostId, poll: PollTerms | null): Promise<void> {
      await query(polls.setPoll, setting(id, poll));
    },
    /** False when the user has voted before. */
    insertVote: async (postId: PostId, userId: UserId, option: number) => (await query(polls.insertVote, { postId, userId, option })).length === 1,
    /** Undefined when the poll has ended, has other options, or is gone. From here on the post is locked. */
    async countVote(id: PostId, options: readonly { text: string }[], option: number) {
      const [counted] = await query(polls.countVote, { id, option, options: options.map(({ text }) => text) });
      return counted;
    },
    /** Keeps what a published post says before it is changed. */
    async keepVersion(postId: PostId): Promise<void> {
      await query(history.keepVersion, { postId, seconds: slipSeconds });
      await query(history.dropOldVersions, { postId });
    },
    /** It stays for followers, also when its author's account is public again. */
    async keepForFollowers(id: PostId): Promise<void> {
      await query(sql.keepForFollowers, { id });
    },
    deletePost: (id: PostId) => generatedIn(prisma, transaction, (tx: Prisma.TransactionClient) => tx.post.delete({ where: { id } })),
    /** The same whether its reader may see it or not. Undefined when it is gone. */
    async lockForRemoval(id: PostId) {
      const [row] = await query(lockForRemoval, { id });
      return row;
    },
    /** Under the post's lock. */
    saveLike: (postId: PostId, userId: UserId, active: boolean) => likes.save(query, postId, userId, active),
    /** Under the post's lock. */
    saveRepost: (postId: PostId, userId: UserId, active: boolean) => reposts.save(query, postId, userId, active),
    /** Under the post's lock. */
    async saveBookmark(userId: UserId, postId: PostId): Promise<void> {
      await query(insertBookmark, { userId, postId });
    },
    /** Under the locks of user and post. Undefined when it was muted so already. */
    async saveMute(userId: UserId, postId: PostId, until: Date | null) {
      const [changed] = await query(mutes.saveMute, { id: uuidv7(), userId, postId, until });
      return changed;
    },
    /** Undefined when it was not muted. */
    async liftMute(userId: UserId, postId: PostId) {
      const [changed] = await query(mutes.liftMute, { userId, postId });
      return changed;
    },
    /** Under the post's lock. Returns whether it was not pinned before. */
    savePinned: async (userId: UserId, postId: PostId) => (await query(pinned.savePinned, { userId, postId })).length > 0,
    /** Returns whether it was pinned. */
    removePinned: async (userId: UserId, postId: PostId) => (await query(pinned.deletePinned, { userId, postId })).length > 0,
    /** Returns the new count. */
    countLike: (id: PostId, by: 1 | -1) => counted(query(likes.count, { id, by })),
    countRepost: (id: PostId, by: 1 | -1) => counted(query(reposts.count, { id, by })),
  };
}
export type Operations = ReturnType<typeof operationsOn>;

/** post-service's database, but for the home feeds. */
export function createPostStore(database: Database, wake: () => void, urls: MediaUrls) {
  const prisma = new PrismaClient({ adapter: database.prismaAdapter as PrismaPg });
  const { query } = database;
  return {
    transaction: <T>(work: (operations: Operations) => Promise<T>, idempotency?: Idempotency): Promise<T> =>
      transact(database, wake, (transaction) => work(operationsOn(transaction, prisma, urls)), idempotency),

    /** What this request was answered before, or made before under its `clientMutationId`. Throws `idempotency_mismatch`. */
    async earlierPost(authorId: UserId, clientMutationId: string | undefined, idempotency: Idempotency | undefined): Promise<Post | undefined> {
      const answer = await storedAnswer<Post>(query, idempotency);
      if (answer || clientMutationId === undefined) return answer;
      const [row] = await query(sql.findByMutation, { authorId, clientMutationId });
      return row && toPost(row, urls);
    },

    /** One post as the viewer may see it. */
    async find(viewerId: UserId | null, id: PostId): Promise<StoredPost | undefined> {
      const [row] = await query(sql.findPost, { viewerId, id });
      return row;
    },
    /** A window of all published public posts. */
    publicPosts: (viewerId: UserId | null, window: Window) => sql.listPublic(query, window, { viewerId }),
    /** A window of a user's posts; to themselves with their drafts. */
    postsOf: (viewerId: UserId | null, authorId: UserId, window: Window) => sql.listByAuthor(query, window, { viewerId, authorId }),
    /** Those of them that are published with uploads. */
    mediaPostsOf: (viewerId: UserId | null, authorId: UserId, window: Window) => sql.listMediaByAuthor(query, window, { viewerId, authorId }),

    /** A window of an author's scheduled posts, by the time at which they are to be published. */
    scheduledOf: (authorId: UserId, window: Window) => listScheduled(query, window, { authorId }),

    /** Those of these posts that the viewer may see. */
    visibleTo: (viewerId: UserId | null, ids: readonly PostId[]): Promise<VisiblePost[]> => query(sql.findVisible, { viewerId, ids }),
    /** The same for many viewers, a post each, in one statement: an answer for each request, in order. */
    async visibleToMany(requests: readonly { viewer: UserId | null; postId: PostId }[]): Promise<(VisiblePost | null)[]> {
      const rows = await query(sql.findVisibleToMany, { viewerIds: requests.map(({ viewer }) => viewer), ids: requests.map(({ postId }) => postId) });
      const answers = new Map(rows.map(({ n, ...post }) => [n, post]));
      return requests.map((_, index) => answers.get(index + 1) ?? null);
    },

    /** A post for each of many viewers, as they see it: an answer for each request, in order. */
    async findOfMany(requests: readonly { viewer: UserId | null; postId: PostId }[]): Promise<(StoredPost | null)[]> {
      const rows = await query(sql.findOfMany, { viewerIds: requests.map(({ viewer }) => viewer), ids: requests.map(({ postId }) => postId) });
      const answers = new Map(rows.map(({ n, ...post }) => [n, post]));
      return requests.map((_, index) => answers.get(index + 1) ?? null);
    },

    /** Published posts by id, one more than a page has. */
    publishedAfter: (after: PostId | undefined) => query(sql.listPublished, { after: after ?? null }),
    async firstPublicAt(): Promise<Date | undefined> {
      const [row] = await query(sql.findFirstPublic);
      return row?.publishedAt;
    },
    /** Of the public posts of a day that begins then, the newest. */
    publicDay: (from: Date) => query(sql.listPublicDay, { from }),
    /** Likes by id, one more than a page has. */
    likesAfter: (after: string | undefined) => query(likes.after, { after: after ?? null }),
    /** The same of reposts. */
    repostsAfter: (after: string | undefined) => query(reposts.after, { after: after ?? null }),
    /** A window of those who like a post. The caller has checked who may see the post. */
    likersOf: (viewerId: UserId | null, postId: PostId, window: Window) => likes.people(query, window, { viewerId, postId }),
    /** The same of those who have reposted it. */
    repostersOf: (viewerId: UserId | null, postId: PostId, window: Window) => reposts.people(query, window, { viewerId, postId }),
    /** A user's posts by id, as they see them themselves. */
    exportPosts: (userId: UserId, after: string | undefined) => query(sql.exportPosts, { userId, after: after ?? null }),
    /** What a user's posts said before their changes, by the id of the version. */
    exportVersions: (userId: UserId, after: string | undefined) => query(history.exportVersions, { userId, after: after ?? null }),
    /** What a post said before its changes, the newest first. The caller has checked who may see it. */
    versionsOf: (postId: PostId) => query(history.listVersions, { postId }),
    /** What a user likes, by the id of the like. */
    exportLikes: (userId: UserId, after: string | undefined) => query(likes.ofUser, { userId, after: after ?? null }),
    /** What a user has reposted, by the id of the repost. */
    exportReposts: (userId: UserId, after: string | undefined) => query(reposts.ofUser, { userId, after: after ?? null }),

    /** What a user has voted for, by post. */
    exportVotes: (userId: UserId, after: string | undefined) => query(polls.exportVotes, { userId, after: (after ?? null) as PostId | null }),

    /** Of what says only that something has ended. */
    retention: [likes.ended("ended_likes", database), reposts.ended("ended_reposts", database), sql.deletedComments("deleted_comments", database)],

    close: () => prisma.$disconnect(),
  };
}
export type PostStore = ReturnType<typeof createPostStore>;
