import type { Post, Visibility } from "@newfeed/shared/contracts/dto.ts";
import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import { asPostId, type MediaId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { StoredAttachment } from "@newfeed/shared/contracts/routes/media.ts";
import type { CreatePost, UpdatePost } from "@newfeed/shared/contracts/routes/posts.ts";
import type { Idempotency } from "@newfeed/shared/ports/idempotency.ts";
import { nothingWaits, type Waits } from "@newfeed/shared/store/trust.ts";
import { v7 as uuidv7 } from "uuid";
import { noSuchCategory } from "../categories/categories.ts";
import { isSamePoll, termsOf } from "../polls/poll.ts";
import { isLong } from "../summaries/summaries.ts";
import { withAltTexts } from "./attachments.ts";
import { accountGone } from "./author.ts";
import { eventPostOf } from "./events.ts";
import { isPublished } from "./post.ts";
import { firstPublication, nextPublication, requireRoom } from "./publication.ts";
import type { Operations, PostStore } from "./store.ts";

/** Uploads that a post is to show: by id or by URL. */
export interface MediaClaim {
  ownerId: UserId;
  postId: PostId;
  visibility: Visibility;
  ids: MediaId[];
  urls: string[];
}

/** Claims uploads for a post, all or none; URLs of files that were not uploaded here come back as links. */
export type AttachMedia = (claim: MediaClaim) => Promise<{ attached: StoredAttachment[]; links: string[] }>;

/**
 * Writes a post, a draft, or a post that is published later. What `waits` for a moderator is published once it is approved. The same `clientMutationId` again, or the same idempotency key, gives the post of the
 * first time. Throws `validation_failed` for uploads that are not the author's to attach, for texts of others and a category
 * that is not there, for a time that is too early or too late, `conflict` for too many scheduled posts, `idempotency_mismatch`.
 */
export async function createPost(
  { store, attachMedia, waits = nothingWaits }: { store: Pick<PostStore, "transaction" | "earlierPost">; attachMedia: AttachMedia; waits?: Waits },
  authorId: UserId,
  { mediaIds, mediaUrls, altTexts, title, clientMutationId, quotedPostId, publishAt, poll, draftId, ...body }: CreatePost,
  idempotency?: Idempotency,
): Promise<Post> {
  if (altTexts.some(({ mediaId }) => !mediaIds.includes(mediaId))) throw invalidField("altTexts", "must be of uploads that are among mediaIds");
  const id = asPostId(uuidv7());
  let attachments: StoredAttachment[] = [];
  let links: string[] = [];
  const hasMedia = mediaIds.length + mediaUrls.length > 0;
  if (hasMedia || quotedPostId !== undefined || publishAt !== undefined || poll?.endsAt !== undefined) {
    // An upload belongs to one post, what is quoted may be gone meanwhile, and a time may have come: a request that comes again gets its first answer.
    const earlier = await store.earlierPost(authorId, clientMutationId, idempotency);
    if (earlier) return earlier;
  }
  const terms = poll ? termsOf(poll, body.status === "published") : null;
  const publication = firstPublication(body.status, publishAt);
  if (hasMedia) {
    // Before the transaction, which must not stay open while another service thinks.
    ({ attached: attachments, links } = await attachMedia({ ownerId: authorId, postId: id, visibility: body.visibility, ids: mediaIds, urls: mediaUrls }));
  }
  return store.transaction(async (operations) => {
    if (!(await operations.lockAuthor(authorId))) throw accountGone();
    if (body.category !== null && !(await operations.findCategory(body.category))) throw noSuchCategory();
    await requireRoom(operations, authorId, publication);
    const quoted = quotedPostId === undefined ? null : await requireQuotable(operations, authorId, quotedPostId);
    const isNew = await operations.createPost({
      ...body,
      status: publication.publish && (await waits(operations)) ? "pending" : body.status,
      publishAt: publication.publishAt,
      id,
      authorId,
      title: title ?? null,
      quotedPostId: quotedPostId ?? null,
      clientMutationId: clientMutationId ?? null,
      attachments: withAltTexts(attachments, altTexts),
      links,
      poll: terms,
    });
    const post = isNew || !clientMutationId ? await operations.postById(authorId, id) : await operations.postByMutation(authorId, clientMutationId);
    if (!post) throw new Problem("conflict", { internal: "the post that has this clientMutationId was deleted meanwhile" });
    if (draftId !== undefined) await operations.removeDraft(authorId, draftId);
    if (isNew) {
      const event = {
        aggregate: { id, revision: post.revision },
        actorId: authorId,
        data: { post: eventPostOf(post), quotedAuthorId: quoted?.author.id ?? null, ...waiting(post) },
      };
      await operations.enqueue({ type: "post.created", ...event });
      if (isPublished(post)) await operations.enqueue({ type: "post.published", ...event });
    }
    return post;
  }, idempotency);
}

/** Of the event of what its author has written or changed. */
const waiting = ({ moderation }: Post) => (moderation?.state === "pending" ? { waits: true } : {});

/** The post that a user quotes. Throws `validation_failed` for what they may not see, `forbidden` for what is not public, or whose author does not allow it. */
async function requireQuotable(operations: Operations, userId: UserId, id: PostId): Promise<Post> {
  const post = await operations.postById(userId, id);
  if (!post) throw invalidField("quotedPostId", "must be of a post that you may see");
  if (post.visibility !== "public" || !isPublished(post)) throw new Problem("forbidden", { message: "Only public posts can be quoted." });
  if (!post.quotable && post.author.id !== userId) throw new Problem("forbidden", { message: "The author does not allow quotes of this post." });
  return post;
}

/** Locks a post for its author. Throws `not_found` for what the user may not see, `not_owner` for another's. */
async function lockOwn(operations: Operations, userId: UserId, id: PostId): Promise<Post> {
  const post = await operations.lockPost(userId, id);
  if (!post) throw new Problem("not_found");
  if (post.author.id !== userId) throw new Problem("not_owner");
  return post;
}

/**
 * Changes a post, or publishes a draft or a scheduled post: that makes it new at this moment. What changes nothing is no change. What others would see
 * of it `waits` for a moderator, and with it the post.
 * Throws `not_found`, `not_owner`, and `validation_failed` when nothing would be left of the post, for texts of media that
 * it does not have, for a category that is not there, and for a time that is too early or too late; `conflict` for too many scheduled posts, and for another
 * poll in place of one with votes.
 */
export async function updatePost(
  store: Pick<PostStore, "transaction">,
  userId: UserId,
  id: PostId,
  body: UpdatePost,
  waits: Waits = nothingWaits,
): Promise<Post> {
  return store.transaction(async (operations) => {
    // First: whether the account is private must not change between the look at it and the commit.
    await operations.lockAuthor(userId);
    const before = await lockOwn(operations, userId, id);
    const { title = before.title, content = before.content, visibility = null, altTexts = [] } = body;
    const { sensitive = before.sensitive, contentWarning = before.contentWarning, quotable = before.quotable, location = before.location, category } = body;
    if (altTexts.some(({ mediaId }) => before.media.every(({ id }) => id !== mediaId))) throw invalidField("altTexts", "must be of media of the post");
    const described = altTexts.filter(({ mediaId, alt }) => before.media.some((media) => media.id === mediaId && (media.alt ?? "") !== alt));
    if (!content && !title && before.mediaUrls.length === 0) throw invalidField("content", "is required: a post has content, a title or media");
    if (category && category !== before.category && !(await operations.findCategory(category))) throw noSuchCategory();
    const publication = nextPublication(before, body);
    const terms = body.poll ? termsOf(body.poll, isPublished(before)) : null;
    const changesPoll = body.poll !== undefined && !isSamePoll(before.poll, terms);
    if (changesPoll && before.poll && before.poll.votes > 0) throw new Problem("conflict", { message: "The poll has votes: it stays as it is." });
    const isSame =
      title === before.title &&
      content === before.content &&
      sensitive === before.sensitive &&
      contentWarning === before.contentWarning &&
      quotable === before.quotable &&
      location === before.location &&
      !publication.changes &&
      (category === undefined || category === before.category) &&
      !changesPoll &&
      described.length === 0 &&
      (visibility ?? before.visibility) === before.visibility;
    if (isSame) {
      if (visibility === "followers") await operations.keepForFollowers(id);
      return before;
    }

    if (before.status !== "scheduled") await requireRoom(operations, userId, publication);
    if (title !== before.title || content !== before.content) await operations.keepVersion(id);
    if (changesPoll) await operations.setPoll(id, terms);
    const links = before.mediaUrls.slice(before.media.length);
    const mustWait = (publication.publish || isPublished(before)) && (await waits(operations));
    await operations.updatePost(id, {
      title,
      content,
      links,
      sensitive,
      contentWarning,
      quotable,
      location,
      category,
      altTexts: described,
      visibility,
      publication: mustWait ? { ...publication, status: "pending", publish: false } : publication,
    });
    if (content !== before.content && before.status === "published" && isLong(content)) await operations.requestSummary(id);
    const post = await operations.postById(userId, id);
    if (!post) throw new Error("a locked post vanished");
    const event = { aggregate: { id, revision: post.revision }, actorId: userId };
    const data = { post: eventPostOf(post), quotedAuthorId: post.quotedPost?.author.id ?? null };
    await operations.enqueue({ type: "post.updated", ...event, data: { ...data, previousVisibility: before.visibility, ...waiting(post) } });
    if (publication.publish && !mustWait) await operations.enqueue({ type: "post.published", ...event, data });
    return post;
  });
}

/** Deletes a post; its comments, media and likes follow by `post.deleted`. Throws `not_found`, `not_owner`. */
export async function deletePost(store: Pick<PostStore, "transaction">, userId: UserId, id: PostId): Promise<void> {
  await store.transaction(async (operations) => {
    const { revision } = await lockOwn(operations, userId, id);
    await operations.deletePost(id);
    await operations.enqueue({
      type: "post.deleted",
      aggregate: { id, revision: revision + 1 },
      actorId: userId,
      data: { postId: id, authorId: userId },
    });
  });
}
