import type { Post } from "@newfeed/shared/contracts/dto.ts";
import { type Event, type EventOf, type EventType, parseEvent } from "@newfeed/shared/contracts/events.ts";
import { asUserId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { CreatePost } from "@newfeed/shared/contracts/routes/posts.ts";
import { runDue } from "@newfeed/shared/jobs/timed-jobs.ts";
import { createMediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { relationJobs } from "@newfeed/shared/projections/relations.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { pageFrom, windowOf } from "@newfeed/shared/store/cursors.ts";
import { applyEvents } from "@newfeed/shared/testing/handle-events.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { runJobs } from "@newfeed/shared/testing/run-jobs.ts";
import { v7 as uuidv7 } from "uuid";
import { noLinkCards } from "./cards/cards.ts";
import { createRenewalJob } from "./cards/renewal.ts";
import { homeFeed, placeOf } from "./feeds/home-feed.ts";
import { createFeedStore, feedsUnderModeration } from "./feeds/store.ts";
import { createHandlers } from "./handlers.ts";
import { postJobs, userJobs } from "./jobs.ts";
import { createModeration } from "./posts/moderation.ts";
import { createPost } from "./posts/posts.ts";
import { createPrivacyJob } from "./posts/privacy.ts";
import { createPublishing } from "./posts/publishing.ts";
import { createPostStore } from "./posts/store.ts";
import { postService } from "./service.ts";
import { noSummaries } from "./summaries/summaries.ts";

/** Authors with more followers are read, not written, into feeds. */
const threshold = 2;
const urls = createMediaUrls({ local: "http://localhost/media", cloudinary: null });
const privacyJob = createPrivacyJob(urls);
const handleEvents = createHandlers({
  moderate: createModeration(urls, feedsUnderModeration(threshold)),
  followersForFanOut: threshold,
  privacyJob,
  cards: noLinkCards,
  summaries: noSummaries,
});
const logger = createLogger({ level: "error", json: false });
const jobs = [...userJobs, ...postJobs, privacyJob, createRenewalJob(urls), ...relationJobs];

export const eventOf = <T extends EventType>(type: T, aggregate: { id: string; revision: number }, data: EventOf<T>["data"]): Event =>
  ({ id: uuidv7(), type, aggregate: { type: "any", ...aggregate }, actorId: null, occurredAt: new Date().toISOString(), correlationId: "test", data }) as Event;
export const authorOf = (id: UserId) => ({ id, username: `u_${id.slice(-6)}`, fullName: "Full Name", avatarUrl: null });
export const follow = (followerId: UserId, followeeId: UserId, revision = 1) =>
  eventOf("user.followed", { id: uuidv7(), revision }, { followerId, followeeId, follower: authorOf(followerId) });
export const unfollow = (followerId: UserId, followeeId: UserId, revision: number) =>
  eventOf("user.unfollowed", { id: uuidv7(), revision }, { followerId, followeeId });

const attachMedia = async () => ({ attached: [], links: [] });

/** post-service on its own database; tests pass it the events of other services. */
export async function openWorld(name: string) {
  const database = await openServiceDatabase(name, postService);
  const feeds = createFeedStore(database);
  const store = createPostStore(database, () => {}, urls);
  const apply = (...events: Event[]) => applyEvents(database, handleEvents, events);

  /** Takes the events that the service has published since the last call. */
  async function takeEvents(): Promise<Event[]> {
    const rows = await database.query<{ id: number; body: string }>(
      "WITH taken AS (UPDATE newfeed.outbox SET sent_at = now() WHERE sent_at IS NULL RETURNING id, body) SELECT * FROM taken ORDER BY id",
    );
    return rows.map((row) => parseEvent(row.body)).filter((event) => event !== undefined);
  }

  /** Makes the service handle its own events and do its jobs until there are no more. Returns the events. */
  async function applyPending(): Promise<Event[]> {
    const all: Event[] = [];
    let events = await takeEvents();
    for (let more = true; more; more = (await runJobs(database, jobs)) || events.length > 0) {
      all.push(...events);
      await apply(...events);
      events = await takeEvents();
    }
    return all;
  }

  /** Publishes what is due, as an instance does every second. */
  const publishDue = () => runDue(createPublishing(urls, "post"), { database, wake() {}, logger });

  async function person(): Promise<UserId> {
    const id = asUserId(uuidv7());
    await apply(eventOf("user.registered", { id, revision: 1 }, { user: authorOf(id) }));
    return id;
  }

  /** Inserts posts, the newest first. Returns their ids. */
  async function writeMany(authorId: UserId, count: number, age = "0 days"): Promise<PostId[]> {
    const rows = await database.query<{ id: PostId }>(
      `INSERT INTO post (id, author_id, content, post_type, visibility, status, attachments, links, published_at, created_at, updated_at)
       SELECT uuidv7(), $1::uuid, n::text, 'TEXT', 'public', 'published', '[]', '{}', at, at, at
       FROM generate_series(1, $2::int) n, LATERAL (SELECT now() - $3::interval - n * interval '1 second' AS at) moment RETURNING id`,
      [authorId, count, age],
    );
    return rows.map(({ id }) => id);
  }
  const itemsOf = async (userId: UserId) => (await database.query("SELECT 1 FROM feed_item WHERE user_id = $1", [userId])).length;
  const write = (authorId: UserId, body: Partial<CreatePost> = {}): Promise<Post> =>
    createPost({ store, attachMedia }, authorId, CreatePost.parse({ content: "words", postType: "TEXT", ...body }));
  async function publish(authorId: UserId, body: Partial<CreatePost> = {}): Promise<PostId> {
    const { id } = await write(authorId, body);
    await applyPending();
    return id;
  }

  async function feedOf(userId: UserId): Promise<string[]> {
    const rows = await homeFeed(feeds, userId, windowOf({ limit: 100 }));
    return rows.map((row) => row.id);
  }

  /** The feed, read page by page, by default with one post per page. */
  async function feedByPages(userId: UserId, direction: "cursor" | "since" = "cursor", from?: string, limit = 1): Promise<string[]> {
    const window = windowOf({ limit, ...(from && { [direction]: from }) });
    const { data, pageInfo } = pageFrom(await homeFeed(feeds, userId, window), window, placeOf, (row) => row.id);
    return pageInfo.hasNextPage && pageInfo.endCursor ? [...data, ...(await feedByPages(userId, direction, pageInfo.endCursor, limit))] : data;
  }

  const countOf = async (postId: PostId, userId: UserId) => (await store.find(userId, postId))?.commentCount;

  return {
    database,
    store,
    feeds,
    apply,
    takeEvents,
    applyPending,
    publishDue,
    person,
    writeMany,
    itemsOf,
    write,
    publish,
    feedOf,
    feedByPages,
    countOf,
    async close() {
      await store.close();
      await database.close();
    },
  };
}
