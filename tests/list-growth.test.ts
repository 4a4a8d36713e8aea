import { createStore as createComments } from "@newfeed/comment-service/store.ts";
import { operationsOn as claimsOn, createStore as createMedia } from "@newfeed/media-service/store.ts";
import { findNotifications } from "@newfeed/notification-service/inbox/notification-store.ts";
import { createStore as createInbox } from "@newfeed/notification-service/inbox/store.ts";
import { homeFeed } from "@newfeed/post-service/feeds/home-feed.ts";
import { createFeedStore } from "@newfeed/post-service/feeds/store.ts";
import { createPostStore } from "@newfeed/post-service/posts/store.ts";
import { asCommentId, asMediaId, asNotificationId, asPostId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import type { StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import type { Database, Transaction } from "@newfeed/shared/ports/database.ts";
import { createMediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { type Window, windowOf } from "@newfeed/shared/store/cursors.ts";
import { createStore as createUsers } from "@newfeed/user-service/store.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CountedService, openCountedService } from "./support/counted-service.ts";

/** A long list, a short one, and as many rows in very many lists, which the planner takes for the average. */
const [long, short] = [15_000, 300];
const uuid = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
/** Rows `o(owner, n, at)`: lists of owners 1 (long) and 2 (short), and others' short ones; in no order. */
const rowsOf = (rows: number) => `(
  SELECT u(owner) AS owner, n, now() - n * interval '1 second' AS at
  FROM (SELECT 1 AS owner, n FROM generate_series(1, ${rows}) n UNION ALL SELECT 2, n FROM generate_series(1, ${short}) n
        UNION ALL SELECT 10 + n % ${rows / 2}, n FROM generate_series(1, ${rows}) n) all_of ORDER BY random()
) o`;
const owned = rowsOf(long);
/** Where an expensive filter stands before the limit, the planner sorts what is not longer. */
const longer = rowsOf(2 * long);

type Lists = (database: Database) => Record<string, (owner: string, window: Window) => Promise<unknown>>;

const middle = { at: new Date(Date.now() - (long / 2) * 1_000), id: uuid(0) };
const windows: Record<string, Window> = {
  first: windowOf({ limit: 20 }),
  "first of 100": windowOf({ limit: 100 }),
  middle: { ...windowOf({ limit: 20 }), before: middle },
  newer: { ...windowOf({ limit: 20 }), after: { at: new Date(0), id: uuid(0) } },
};

/** The same of a list by a number below 1,000. */
const byNumber = ({ before, after, ...window }: Window): Window<number> => ({
  ...window,
  before: before && { at: 500, id: before.id },
  after: after && { at: 0, id: after.id },
});

/** Compares what pages cost in a long list with what they cost in a short one. */
function compare(service: StoringServiceName, rows: readonly string[], lists: Lists): void {
  describe(`a page of ${service}`, () => {
    let counted: CountedService;
    let all: ReturnType<Lists>;
    beforeAll(async () => {
      counted = await openCountedService(service, rows);
      all = lists(counted.database);
    });
    afterAll(() => counted.close());

    test.each(Object.keys(windows))("costs no more in a long list: %s", async (name) => {
      const window = windows[name] as Window;
      const costs: Record<string, number> = {};
      const bounds: Record<string, number> = {};
      for (const [list, read] of Object.entries(all)) {
        costs[list] = await counted.count(() => read(uuid(1), window));
        bounds[list] = 1.5 * (await counted.count(() => read(uuid(2), windows["first of 100"] as Window))) + 60;
      }
      for (const [list, pages] of Object.entries(costs)) expect(pages, `${list}, ${name}`).toBeLessThan(bounds[list] as number);
    });
  });
}

const authors = "INSERT INTO projection.author (id, username, full_name, revision) SELECT u(n), 'user_' || n, 'Name', 1 FROM generate_series(1, 31000) n";
const wake = () => {};
const viewerId = asUserId(uuid(5_000));

compare(
  "comment-service",
  [
    authors,
    // Below the posts of owners, and below one comment of each of these.
    `INSERT INTO comment (id, post_id, post_author_id, author_id, content, visibility, created_at, updated_at)
     SELECT u(1000000 + ('x' || right(owner::text, 8))::bit(32)::int), owner, owner, u(5), 'top', 'public', now() + interval '1 hour', now() FROM (SELECT DISTINCT owner FROM ${owned}) o`,
    `INSERT INTO comment (id, post_id, post_author_id, author_id, content, visibility, like_count, created_at, updated_at)
     SELECT uuidv7(), owner, owner, u(1 + n % 31000), 'comment ' || n, 'public', n % 1000, at, at FROM ${owned}`,
    `INSERT INTO comment (id, post_id, post_author_id, parent_comment_id, parent_author_id, author_id, content, visibility, like_count, created_at, updated_at)
     SELECT uuidv7(), owner, owner, u(1000000 + ('x' || right(owner::text, 8))::bit(32)::int), u(5), u(1 + n % 31000), 'reply ' || n, 'public', n % 1000, at, at FROM ${owned}`,
    `INSERT INTO comment_like (id, comment_id, user_id, active)
     SELECT uuidv7(), c.id, owner, true FROM ${owned} JOIN (SELECT id, row_number() OVER () AS n FROM comment LIMIT ${long}) c USING (n)`,
  ],
  (database) => {
    const store = createComments(database, wake);
    const topOf = (post: string) => asCommentId(uuid(1_000_000 + Number.parseInt(post.slice(-8), 16)));
    return {
      comments: (post, window) => store.list({ viewerId, postId: asPostId(post), parentCommentId: null }, window),
      replies: (post, window) => store.list({ viewerId, postId: asPostId(post), parentCommentId: topOf(post) }, window),
      "comments of visitors": (post, window) => store.list({ viewerId: null, postId: asPostId(post), parentCommentId: null }, window),
      "most liked comments": (post, window) => store.listMostLiked({ viewerId, postId: asPostId(post), parentCommentId: null }, byNumber(window)),
      "most liked replies": (post, window) => store.listMostLiked({ viewerId, postId: asPostId(post), parentCommentId: topOf(post) }, byNumber(window)),
      "export of likes": (owner) => store.exportSection("commentLikes", asUserId(owner), undefined),
      "nested comments": (post, { take }) => store.firstPages(null, "post", [post, uuid(11)], take),
      "nested replies": (post, { take }) => store.firstPages(null, "comment", [topOf(post), topOf(uuid(11))], take),
    };
  },
);

compare(
  "post-service",
  [
    authors,
    ...["public", "followers"].map(
      (visibility, index) => `INSERT INTO post (id, author_id, content, post_type, visibility, status, attachments, links, published_at, created_at, updated_at)
       SELECT uuidv7(), CASE owner WHEN u(1) THEN u(${1 + 2 * index}) WHEN u(2) THEN u(${2 + 2 * index}) ELSE owner END, 'post ' || n, 'TEXT', '${visibility}', 'published', '[]', '{}', at, at, at FROM ${longer}`,
    ),
    // Above all others: the posts of a user whom 6 has blocked, of one who is deleted, and of one whom 6 has muted.
    `INSERT INTO post (id, author_id, content, post_type, visibility, status, attachments, links, published_at, created_at, updated_at)
     SELECT uuidv7(), CASE n % 3 WHEN 2 THEN u(31000) ELSE u(7 + n % 3) END, 'post ' || n, 'TEXT', 'public', 'published', '[]', '{}', at, at, at FROM (SELECT n, now() + n * interval '1 second' AS at FROM generate_series(1, 20000) n) o`,
    "INSERT INTO projection.block (blocker_id, blocked_id, active, revision) VALUES (u(6), u(7), true, 1)",
    "INSERT INTO projection.mute (muter_id, muted_id, until, revision) VALUES (u(6), u(31000), 'infinity', 1)",
    "UPDATE projection.author SET deleted = true WHERE id = u(8)",
    "INSERT INTO newfeed.job (name, subject, correlation_id) VALUES ('remove-posts-of-user', u(8)::text, 'test')",
    "INSERT INTO projection.follow (follower_id, followee_id, active, revision) SELECT u(5000), u(n), true, 1 FROM generate_series(1, 4) n",
    // Readers who follow as many, and what their materialised feeds hold.
    `INSERT INTO projection.follow (follower_id, followee_id, active, revision)
     SELECT u(1), u(9 + n), true, 1 FROM generate_series(1, ${long}) n UNION ALL SELECT u(2), u(9 + n), true, 1 FROM generate_series(1, ${short}) n`,
    "INSERT INTO materialised_feed (user_id, floor_at, floor_id) SELECT u(n), '-infinity', u(0) FROM generate_series(1, 2) n",
    `INSERT INTO feed_item (user_id, published_at, post_id, author_id) SELECT r.id, p.published_at, p.id, p.author_id FROM unnest(ARRAY[u(1), u(2)]) r (id)
     CROSS JOIN LATERAL (SELECT p.* FROM post p JOIN projection.follow f ON f.followee_id = p.author_id WHERE f.follower_id = r.id LIMIT 500) p`,
    "INSERT INTO post_like (id, post_id, user_id, active) SELECT uuidv7(), id, author_id, true FROM post",
  ],
  (database) => {
    const feeds = createFeedStore(database);
    const posts = createPostStore(database, wake, createMediaUrls({ local: "http://localhost/media", cloudinary: null }));
    /** The list of owner 3 or 4, which only followers see. */
    const closed = (owner: string) => asUserId(uuid(Number.parseInt(owner.slice(-8), 16) + 2));
    return {
      "public feed, past those who are not seen": (owner, window) => posts.publicPosts(owner === uuid(1) ? asUserId(uuid(6)) : viewerId, window),
      "an author's posts": (owner, window) => posts.postsOf(null, asUserId(owner), window),
      "own posts": (owner, window) => posts.postsOf(asUserId(owner), asUserId(owner), window),
      "posts for followers": (owner, window) => posts.postsOf(viewerId, closed(owner), window),
      "posts for followers, to others": (owner, window) => posts.postsOf(null, closed(owner), window),
      "home feed": (owner, window) => homeFeed(feeds, asUserId(owner), window),
      "home feed by number": (owner) => homeFeed(feeds, asUserId(owner), windowOf({ limit: 100, page: 2 })),
      export: (owner) => posts.exportPosts(asUserId(owner), undefined),
      "export of likes": (owner) => posts.exportLikes(asUserId(owner), undefined),
    };
  },
);

compare(
  "user-service",
  [
    "INSERT INTO profile (id, username, full_name, indexed_names) SELECT u(n), 'user_' || n, 'Name', 'user_' || n || ' Name' FROM generate_series(1, 31000) n",
    "INSERT INTO profile_word (user_id, word) SELECT u(n), 'user_' || n FROM generate_series(1, 31000) n",
    `INSERT INTO follow (id, follower_id, followee_id, active, changed_at) SELECT uuidv7(), owner, u(n + 5), true, at FROM ${owned}`,
    `INSERT INTO follow (id, follower_id, followee_id, active, changed_at) SELECT uuidv7(), u(n + 5), owner, true, at FROM ${owned} ON CONFLICT DO NOTHING`,
    `INSERT INTO block (id, blocker_id, blocked_id, active, changed_at) SELECT uuidv7(), owner, u(n + 5), true, at FROM ${owned}`,
  ],
  (database) => {
    const users = createUsers(database, wake);
    return {
      followers: (owner, window) => users.followersOf(null, asUserId(owner), window),
      following: (owner, window) => users.followedBy(viewerId, asUserId(owner), window),
      blocks: (owner, window) => users.blockedBy(asUserId(owner), window),
    };
  },
);

compare(
  "media-service",
  [
    `INSERT INTO media (id, owner_id, kind, store, path, bytes, content_type, created_at)
     SELECT uuidv7(), owner, 'image', 'local', owner || '/' || n, 10, 'image/png', at FROM ${longer}`,
    "INSERT INTO media_claim (media_id, subject_kind, subject_id, visibility, confirmed) SELECT id, 'post', uuidv7(), 'public', true FROM media",
    "INSERT INTO media (id, owner_id, kind, store, path, bytes, content_type) SELECT u(n), u(n), 'image', 'local', 'named/' || n, 10, 'image/png' FROM generate_series(1, 2) n",
  ],
  (database) => {
    const media = createMedia(database, wake);
    return {
      uploads: (owner, window) => media.uploadsOf(asUserId(owner), window),
      "claimed uploads": (owner, window) => media.claimedUploadsOf(asUserId(owner), window),
      export: (owner) => media.exportPage(asUserId(owner), undefined),
      attaching: (owner) => claimsOn({ query: database.query } as Transaction).lockOwn(asUserId(owner), [asMediaId(owner)], []),
    };
  },
);

compare(
  "notification-service",
  [
    authors,
    `INSERT INTO notification (id, user_id, type, actor_id, created_at, updated_at) SELECT uuidv7(), owner, 'welcome', u(n), at, at FROM ${longer}`,
    "INSERT INTO notification (id, user_id, type, actor_id) SELECT u(n), u(n), 'welcome', u(n) FROM generate_series(1, 2) n",
  ],
  (database) => {
    const inbox = createInbox(database, wake);
    return {
      inbox: (owner, window) => inbox.listNotifications(asUserId(owner), window),
      "notifications by id": (owner) => findNotifications(database.query, asUserId(owner), [asNotificationId(owner)]),
    };
  },
);

describe("followed tags", () => {
  const [many, tags] = [3_000, 20];
  let counted: CountedService;
  beforeAll(async () => {
    counted = await openCountedService("post-service", [
      authors,
      `INSERT INTO post (id, author_id, content, post_type, visibility, status, attachments, links, published_at, created_at, updated_at)
       SELECT u(n), u(1 + n % 31000), 'post', 'TEXT', 'public', 'published', '[]', '{}', at, at, at FROM (SELECT n, now() - n * interval '1 second' AS at FROM generate_series(1, ${many * tags}) n) o`,
      "INSERT INTO post_tag (post_id, tag, author_id, published_at) SELECT id, 'tag' || ('x' || right(id::text, 8))::bit(32)::int % 20, author_id, published_at FROM post ORDER BY random()",
      "INSERT INTO tag_follow (user_id, tag) SELECT u(31001), 'tag' || n FROM generate_series(0, 19) n",
      "INSERT INTO tag_follow (user_id, tag) VALUES (u(31002), 'tag1')",
      // Of one who is not seen, above all others of their tag.
      `INSERT INTO post (id, author_id, content, post_type, visibility, status, attachments, links, published_at, created_at, updated_at)
       SELECT u(1000000 + n), u(7), 'post', 'TEXT', 'public', 'published', '[]', '{}', at, at, at FROM (SELECT n, now() + n * interval '1 second' AS at FROM generate_series(1, 5000) n) o`,
      "INSERT INTO post_tag (post_id, tag, author_id, published_at) SELECT id, 'tag1', author_id, published_at FROM post WHERE id >= u(1000000)",
      "INSERT INTO projection.block (blocker_id, blocked_id, active, revision) SELECT u(31000 + n), u(7), true, 1 FROM generate_series(1, 2) n",
    ]);
  });
  afterAll(() => counted.close());

  test("cost a page of the home feed little more than one does, also by number", async () => {
    const feeds = createFeedStore(counted.database);
    for (const window of [windowOf({ limit: 20 }), windowOf({ limit: 100, page: 20 })]) {
      const costs = [];
      for (const reader of [31_001, 31_002]) {
        costs.push(await counted.count(async () => expect((await homeFeed(feeds, asUserId(uuid(reader)), window)).length).toBe(window.take)));
      }
      const [ofMany = 0, ofOne = 0] = costs;
      expect(ofMany, `${window.skip}`).toBeLessThan(1.5 * ofOne + tags * 20);
    }
  });
});
