import { mediaService } from "@newfeed/media-service/service.ts";
import { toAttachment } from "@newfeed/post-service/posts/attachments.ts";
import { postService } from "@newfeed/post-service/service.ts";
import { parseEvent } from "@newfeed/shared/contracts/events.ts";
import type { StoredAttachment } from "@newfeed/shared/contracts/routes/media.ts";
import { newMediaPath } from "@newfeed/shared/ports/media-store.ts";
import { createMediaUrls, type StoredFile } from "@newfeed/shared/ports/media-urls.ts";
import { migrateService } from "@newfeed/shared/runtime/run.ts";
import { userService } from "@newfeed/user-service/service.ts";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { openBefore } from "./support/migrations.ts";

const urls = createMediaUrls({ local: "https://feed.example/media", cloudinary: null });
const [local, hosted, elsewhere, thumbnail] = ["jpg", "mp4", "png", "webp"].map((extension) => newMediaPath(uuidv7(), extension)) as [
  string,
  string,
  string,
  string,
];
/** Cloudinary's URLs, with the version of the upload. */
const hostedUrl = `https://res.cloudinary.com/demo/video/upload/v1712345678/${hosted}`;
const elsewhereUrl = `https://pictures.example/image/upload/v1712345678/${elsewhere}`;
const afterwards = {
  local: `https://feed.example/media/${local}`,
  hosted: `https://res.cloudinary.com/demo/video/upload/v1/${hosted}`,
  elsewhere: `https://pictures.example/image/upload/v1/${elsewhere}`,
};

test("uploads stored before stores had names are still found", async () => {
  const database = await openBefore(mediaService, "20261127020038_store_names");
  const rows = [
    { kind: "image", path: local, url: null },
    { kind: "video", path: hosted, url: hostedUrl },
    { kind: "image", path: elsewhere, url: elsewhereUrl },
  ];
  for (const { kind, path, url } of rows)
    await database.query("INSERT INTO media (id, owner_id, kind, path, url, bytes, content_type) VALUES ($1, $2, $3, $4, $5, 1, 'x')", [
      ...[uuidv7(), uuidv7(), kind, path, url],
    ]);
  await migrateService(database, mediaService);
  const files = await database.query<StoredFile>("SELECT store, kind, path FROM media ORDER BY id");
  expect(files.map((file) => urls.of(file))).toEqual(Object.values(afterwards));
});

test("posts written before attachments named their store show the same pictures in the same order", async () => {
  const database = await openBefore(postService, "20261127020100_attachment_paths");
  const common = { width: 4, height: 3, blurhash: "L" };
  const before = [
    { id: uuidv7(), kind: "image", url: local, thumbnailUrl: thumbnail, ...common },
    { id: uuidv7(), kind: "video", url: hostedUrl, thumbnailUrl: null, ...common },
    { id: uuidv7(), kind: "image", url: elsewhereUrl, thumbnailUrl: `https://pictures.example/image/upload/v1712345678/${thumbnail}`, ...common },
  ];
  for (const attachments of [before, []])
    await database.query(
      `INSERT INTO post (id, author_id, content, post_type, visibility, status, attachments, links, created_at, updated_at)
       VALUES ($1, $2, '', 'IMAGE', 'public', 'published', $3, '{}', now(), now())`,
      [uuidv7(), uuidv7(), JSON.stringify(attachments)],
    );
  await migrateService(database, postService);
  const rows = await database.query<{ attachments: StoredAttachment[] }>("SELECT attachments FROM post ORDER BY id");
  const [shown, none] = rows.map(({ attachments }) => attachments.map((attachment) => toAttachment(attachment, urls)));
  expect(none).toEqual([]);
  expect(shown).toEqual(
    [
      { url: afterwards.local, thumbnailUrl: `https://feed.example/media/${thumbnail}` },
      { url: afterwards.hosted, thumbnailUrl: null },
      { url: afterwards.elsewhere, thumbnailUrl: `https://pictures.example/image/upload/v1/${thumbnail}` },
    ].map((addresses, index) => ({ ...before[index], duration: null, name: null, bytes: null, alt: null, ...addresses })),
  );
  expect(JSON.stringify(rows)).not.toContain("upload/");
});

test("claims made before they had rows of their own go on as they were", async () => {
  const database = await openBefore(mediaService, "20261127050000_claims");
  const [shown, claimed, free] = [uuidv7(), uuidv7(), uuidv7()];
  const [postId, other] = [uuidv7(), uuidv7()];
  for (const row of [
    [shown, postId, "followers", 3, "2026-01-01T12:00:00Z"],
    [claimed, other, "public", 0, "2026-01-02T12:00:00Z"],
    [free, null, null, 0, null],
  ])
    await database.query(
      `INSERT INTO media (id, owner_id, kind, store, path, bytes, content_type, post_id, post_visibility, post_revision, claimed_at, created_at)
       VALUES ($1, $1, 'image', 'local', $1::uuid::text, 1, 'x', $2, $3, $4, $5, '2026-01-01T00:00:00Z')`,
      row,
    );
  await migrateService(database, mediaService);
  expect(await database.query("SELECT media_id, subject_kind, subject_id, visibility, revision, confirmed FROM media_claim ORDER BY media_id")).toEqual([
    { media_id: shown, subject_kind: "post", subject_id: postId, visibility: "followers", revision: 3, confirmed: true },
    { media_id: claimed, subject_kind: "post", subject_id: other, visibility: "public", revision: 0, confirmed: false },
  ]);
  expect(await database.query("SELECT expires_at FROM media ORDER BY id")).toEqual(
    [null, "2026-01-03T12:00:00.000Z", "2026-01-02T00:00:00.000Z"].map((at) => ({ expires_at: at && new Date(at) })),
  );
});

test("profiles that name an upload say so again, so that it is kept", async () => {
  const database = await openBefore(userService, "20261127052000_avatar_claims");
  const [one, two, three] = [uuidv7(), uuidv7(), uuidv7()];
  for (const [id, avatarUrl] of [
    [one, `https://feed.example/media/${local}`],
    [two, "https://elsewhere.example/a.png"],
    [three, null],
  ])
    await database.query("INSERT INTO profile (id, username, full_name, avatar_url, revision) VALUES ($1, 'ann', 'Ann', $2, 4)", [id, avatarUrl]);
  await migrateService(database, userService);
  const events = await database.query<{ event_id: string; type: string; key: string; body: string }>("SELECT event_id, type, key, body FROM newfeed.outbox");
  expect(events).toMatchObject([{ type: "user.updated", key: one }]);
  expect(parseEvent(events[0]?.body ?? "")).toMatchObject({
    id: events[0]?.event_id,
    aggregate: { type: "user", id: one, revision: 4 },
    data: { user: { id: one, username: "ann", fullName: "Ann", avatarUrl: `https://feed.example/media/${local}` } },
  });
});
