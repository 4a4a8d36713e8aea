import { mediaService } from "@newfeed/media-service/service.ts";
import { toAttachment } from "@newfeed/post-service/posts/attachments.ts";
import { postService } from "@newfeed/post-service/service.ts";
import type { StoredAttachment } from "@newfeed/shared/contracts/routes/media.ts";
import { newMediaPath } from "@newfeed/shared/ports/media-store.ts";
import { createMediaUrls, type StoredFile } from "@newfeed/shared/ports/media-urls.ts";
import { migrateService } from "@newfeed/shared/runtime/run.ts";
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
    ].map((addresses, index) => ({ ...before[index], ...addresses })),
  );
  expect(JSON.stringify(rows)).not.toContain("upload/");
});
