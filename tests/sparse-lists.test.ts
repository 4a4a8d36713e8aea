import { createStore as createComments } from "@newfeed/comment-service/store.ts";
import { createStore as createMedia } from "@newfeed/media-service/store.ts";
import { createStore as createInbox } from "@newfeed/notification-service/inbox/store.ts";
import { createKeptStore, type KeptPost } from "@newfeed/post-service/posts/kept-store.ts";
import { asCommentId, asPostId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import type { StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import type { Database } from "@newfeed/shared/ports/database.ts";
import { encodeKey, type Key, type Listed, pageOf, type Window, windowOf } from "@newfeed/shared/store/cursors.ts";
import { createStore as createUsers } from "@newfeed/user-service/store.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CountedService, openCountedService } from "./support/counted-service.ts";

/** A list of 12,000 has three to show, between those of a user who is being removed, and of one whom the viewer has blocked. */
const [many, shown] = [12_000, [1, 6_000, 12_000]];
const uuid = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
const [viewer, friend] = [asUserId(uuid(90_001)), asUserId(uuid(90_002))];
/** Rows `r(n, at, person)`, the newest first. */
const rows = `(SELECT n, now() - n * interval '1 second' AS at,
  u(CASE WHEN n IN (${shown}) THEN 90002 WHEN n % 2 = 0 THEN 90003 ELSE 90004 END) AS person FROM generate_series(1, ${many}) n) r`;
const people = [
  "INSERT INTO projection.author (id, username, full_name, revision, deleted) SELECT u(n), 'user_' || n, 'Name', 1, n = 90003 FROM generate_series(90001, 90004) n",
  "INSERT INTO projection.block (blocker_id, blocked_id, active, revision) VALUES (u(90001), u(90004), true, 1)",
];
const insertComments = "INSERT INTO comment (id, post_id, post_author_id, parent_comment_id, author_id, content, visibility, created_at, updated_at)";

/** A page of numbers of `rows`: an id ends with it. */
type Read = (window: Window) => Promise<Page<number>>;
async function page<Row>(listed: Promise<Listed<Row>>, window: Window, keyOf: (row: Row) => Key): Promise<Page<number>> {
  return pageOf(await listed, window, keyOf, (row) => Number.parseInt(keyOf(row).id.slice(-8), 16) % 1_000_000);
}

/** Reads all pages of a list, oldest or newest first. */
async function walk(read: Read, count: (work: () => Promise<void>) => Promise<number>, way: "cursor" | "since") {
  const walked = { found: [] as number[], pages: 0, dearest: 0 };
  let position: string | null = way === "since" ? encodeKey({ at: new Date(0), id: uuid(0) }) : null;
  for (let hasNextPage = true; hasNextPage; walked.pages++) {
    const cost = await count(async () => {
      const { data, pageInfo } = await read(windowOf({ limit: 20, ...(position && { [way]: position }) }));
      walked.found.push(...data);
      ({ hasNextPage, endCursor: position } = pageInfo);
    });
    walked.dearest = Math.max(walked.dearest, cost);
  }
  return walked;
}

describe.each<[StoringServiceName, readonly string[], (database: Database) => Record<string, Read>]>([
  [
    "comment-service",
    [
      ...people,
      `${insertComments} VALUES (u(90009), u(90008), u(90002), NULL, u(90002), 'answered', 'public', now(), now())`,
      `${insertComments} SELECT u(n), u(90007), u(90002), NULL, person, 'words', 'public', at, at FROM ${rows}`,
      `${insertComments} SELECT u(1000000 + n), u(90008), u(90002), u(90009), person, 'words', 'public', at, at FROM ${rows}`,
    ],
    (database) => {
      const store = createComments(database, () => {});
      const of = (post: number, parent?: number) => (window: Window) => {
        const list = store.list({ viewerId: viewer, postId: asPostId(uuid(post)), parentCommentId: parent ? asCommentId(uuid(parent)) : null }, window);
        return page(list, window, ({ createdAt, id }) => ({ at: createdAt, id }));
      };
      return { comments: of(90_007), replies: of(90_008, 90_009) };
    },
  ],
  [
    "user-service",
    [
      "INSERT INTO profile (id, username, full_name, indexed_names) SELECT u(n), 'user_' || n, 'Name', '' FROM generate_series(90001, 90002) n",
      `INSERT INTO profile (id, username, full_name, indexed_names, deleted) SELECT u(n), 'name_' || n, 'Name', '', person = u(90003) FROM ${rows}`,
      `INSERT INTO block (id, blocker_id, blocked_id, active, changed_at) SELECT uuidv7(), u(90001), u(n), true, at FROM ${rows} WHERE person = u(90004)`,
      `INSERT INTO mute (id, muter_id, muted_id, active, until, changed_at)
       SELECT u(n), u(90001), u(n), true, CASE WHEN n IN (${shown}) THEN NULL ELSE at END, at FROM ${rows}`,
      `INSERT INTO follow (id, follower_id, followee_id, active, changed_at) SELECT u(n), u(n), u(90002), true, at FROM ${rows}`,
      `INSERT INTO follow (id, follower_id, followee_id, active, changed_at) SELECT u(1000000 + n), u(90002), u(n), true, at FROM ${rows}`,
    ],
    (database) => {
      const users = createUsers(database, () => {});
      const of = (list: "followersOf" | "followedBy") => (window: Window) =>
        page(users[list](viewer, friend, window), window, ({ keyAt, keyId }) => ({ at: keyAt, id: keyId }));
      const muted = (window: Window) => page(users.mutedBy(viewer, window), window, ({ keyAt, keyId }) => ({ at: keyAt, id: keyId }));
      return { followers: of("followersOf"), following: of("followedBy"), muted };
    },
  ],
  [
    "post-service",
    [
      ...people,
      `INSERT INTO post (id, author_id, content, post_type, visibility, status, attachments, links, published_at, created_at, updated_at)
       SELECT u(n), person, 'words', 'TEXT', 'public', 'published', '[]', '{}', at, at, at FROM ${rows}`,
      `INSERT INTO post_bookmark (user_id, post_id, created_at) SELECT u(90001), u(n), at FROM ${rows}`,
      `INSERT INTO post_mute (id, user_id, post_id, until, muted_at) SELECT u(2000000 + n), u(90001), u(n), 'infinity', at FROM ${rows}`,
      `INSERT INTO post_like (id, post_id, user_id, active, changed_at) SELECT u(1000000 + n), u(n), u(90001), true, at FROM ${rows}`,
    ],
    (database) => {
      const kept = createKeptStore(database);
      const of = (list: (window: Window) => Promise<Listed<KeptPost>>) => (window: Window) =>
        page(list(window), window, ({ keptAt, id }) => ({ at: keptAt, id }));
      return {
        bookmarks: of((window) => kept.bookmarksOf(viewer, window)),
        "liked posts": of((window) => kept.likedBy(viewer, window)),
        "muted posts": of((window) => kept.mutedBy(viewer, window)),
        "liked posts, as another sees them": of((window) => kept.likedByOther(viewer, viewer, window)),
      };
    },
  ],
  [
    "media-service",
    [
      `INSERT INTO media (id, owner_id, kind, store, path, bytes, content_type, created_at)
       SELECT u(n), u(90002), 'image', 'local', n, 10, 'image/png', at FROM ${rows}`,
      `INSERT INTO media_claim (media_id, subject_kind, subject_id, visibility, confirmed) SELECT u(n), 'post', u(n), 'public', true FROM ${rows} WHERE person = u(90002)`,
    ],
    (database) => {
      const store = createMedia(database, () => {});
      return { "claimed uploads": (window) => page(store.claimedUploadsOf(friend, window), window, ({ createdAt, id }) => ({ at: createdAt, id })) };
    },
  ],
  [
    "notification-service",
    [
      ...people,
      `INSERT INTO notification (id, user_id, type, actor_id, created_at, updated_at) SELECT u(n), u(90001), 'new_comment', person, at, at FROM ${rows}`,
    ],
    (database) => {
      const store = createInbox(database, () => {});
      return { inbox: (window) => page(store.listNotifications(viewer, window), window, ({ createdAt, id }) => ({ at: createdAt, id })) };
    },
  ],
])("where most of what a list of %s holds does not show", (service, statements, lists) => {
  let counted: CountedService;
  let all: Record<string, Read>;
  beforeAll(async () => {
    counted = await openCountedService(service, statements);
    all = lists(counted.database);
  });
  afterAll(() => counted.close());

  test.each(["cursor", "since"] as const)("its pages, by %s, give what does, and each looks at a thousand at the most", async (way) => {
    for (const [name, read] of Object.entries(all)) {
      const { found, pages, dearest } = await walk(read, counted.count, way);
      expect(found, name).toEqual(way === "since" ? [...shown].reverse() : shown);
      expect(pages, name).toBeLessThanOrEqual(13);
      expect(dearest, name).toBeLessThan(8_000);
    }
  });
});
