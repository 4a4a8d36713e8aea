import { notificationService } from "@newfeed/notification-service/service.ts";
import { readPage } from "@newfeed/notification-service/streams/log-store.ts";
import { migrateService } from "@newfeed/shared/runtime/run.ts";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { openBefore } from "./support/migrations.ts";

test("logs written before replaced texts were removed hold no draft and no former text afterwards, and no comment is lost", async () => {
  const database = await openBefore(notificationService, "20261127042000_replaced_texts");
  const [postId, draftId, one, two] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()];
  const [stream, ofDraft] = [`post:${postId}`, `post:${draftId}`];
  const comment = (id: string, type: string, content: string) => [stream, id, type, { postId, comment: { id, content } }] as const;
  const post = (name: string, id: string, content: string, status = "published") =>
    [name, id, "post_updated", { postId: id, post: { id, content, status } }] as const;
  const entries = [
    post(stream, postId, "secret draft", "draft"),
    post(stream, postId, "secret, published"),
    comment(one, "comment_created", "secret comment"),
    comment(two, "comment_created", "another comment"),
    comment(one, "comment_updated", "secret comment, changed"),
    post(stream, postId, "the post"),
    comment(one, "comment_updated", "the comment"),
    post(ofDraft, draftId, "secret draft", "draft"),
  ];
  for (const [name, id, type, data] of entries)
    await database.query(
      `WITH raised AS (INSERT INTO stream (id, top) VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET top = stream.top + 1 RETURNING id, top)
       INSERT INTO stream_entry (stream, "offset", aggregate_type, aggregate_id, type, revision, data) SELECT id, top, 'x', $2::uuid, $3, 1, $4::jsonb FROM raised`,
      [name, id, type, JSON.stringify(data)],
    );
  await migrateService(database, notificationService);
  const shown = async (name: string) =>
    (await readPage(database.query, name, 0, 100)).entries.map(({ type, data }) => [
      type,
      ((data.comment ?? data.post) as { content: string } | undefined)?.content,
    ]);
  expect(await shown(stream)).toEqual([
    ["blank", undefined],
    ["blank", undefined],
    ["comment_created", "the comment"],
    ["comment_created", "another comment"],
    ["blank", undefined],
    ["post_updated", "the post"],
    ["comment_updated", "the comment"],
  ]);
  expect(await shown(ofDraft)).toEqual([["blank", undefined]]);
});
