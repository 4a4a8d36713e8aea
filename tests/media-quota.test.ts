import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { filesIn, sendVideo, uploadFolders } from "./support/uploads.ts";
import { mp4 } from "./support/videos.ts";

const video = mp4();

let feed: TestFeed;
let ann: Person;
beforeAll(async () => {
  feed = await startTestFeed({ MEDIA_QUOTA_BYTES: String(video.length * 3 + 10) });
  ann = await feed.person("ann");
});
afterAll(() => feed.close());

const send = async (person: Person) => {
  const { status, body } = await sendVideo(person, video);
  return { status, id: body.id as string, code: body.code };
};
const refusal = { status: 413, code: "quota_exceeded" };

test("a user's uploads take no more than the quota, also when they come at once, and deletions give space back", async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => send(ann)));
  const kept = answers.filter(({ status }) => status === 201);
  expect(kept).toHaveLength(3);
  for (const answer of answers) if (!kept.includes(answer)) expect(answer).toMatchObject(refusal);
  await eventually(async () => expect(await filesIn(feed, "media")).toHaveLength(3));
  expect(await uploadFolders(feed)).toEqual([]);
  expect(await send(await feed.person("ben"))).toMatchObject({ status: 201 });

  expect((await ann.delete(`/api/media/${kept[0]?.id}`)).status).toBe(204);
  const again = await send(ann);
  expect([again.status, (await send(ann)).code]).toEqual([201, "quota_exceeded"]);

  // A post takes its media along.
  const mediaIds = [again.id, kept[1]?.id];
  const post = await ann.post("/api/v1/posts", { content: "", postType: "VIDEO", mediaIds });
  await ann.delete(`/api/v1/posts/${post.body.id}`);
  await eventually(async () => expect((await ann.get(`/api/v1/users/${ann.id}/media`)).body.data).toHaveLength(1));
  expect([(await send(ann)).status, (await send(ann)).status, (await send(ann)).status]).toEqual([201, 201, 413]);

  const media = await feed.platform.openDatabase("media-service");
  expect(await media.query("SELECT bytes::int FROM media_usage WHERE owner_id = $1", [ann.id])).toEqual([{ bytes: video.length * 3 }]);
  await ann.delete("/api/auth/me", { password: ann.password });
  await eventually(async () => expect(await media.query("SELECT 1 FROM media_usage WHERE owner_id = $1", [ann.id])).toEqual([]));
});
