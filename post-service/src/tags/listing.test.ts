import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { createMediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { afterAll, expect, test } from "vitest";
import { updatePost } from "../posts/posts.ts";
import { createPostStore } from "../posts/store.ts";
import { openWorld } from "../testing.ts";
import { listPosts } from "./statements.ts";

const { database, person, write, close } = await openWorld("tag_lists");
let listings = 0;
const counted: Database = {
  ...database,
  transaction: (work) =>
    database.transaction((query, join) => {
      const counting = (...given: Parameters<Query>) => {
        if ((given[0] as unknown) === listPosts) listings++;
        return query(...given);
      };
      return work(counting as Query, join);
    }),
};
const store = createPostStore(counted, () => {}, createMediaUrls({ local: "http://localhost/media", cloudinary: null }));
afterAll(async () => {
  await store.close();
  await close();
});

test("a change of a post touches the lists of tags only if they have to follow", async () => {
  const author = await person();
  const tagsOf = async (id: string) => {
    const rows = await database.query<{ tag: string }>("SELECT tag FROM post_tag WHERE post_id = $1 ORDER BY tag", [id]);
    return rows.map(({ tag }) => tag);
  };
  const { id } = await write(author, { content: "#one #two", status: "draft" });
  const plain = await write(author, { content: "no tag" });
  const steps = [
    { change: { content: "#one, #two" }, lists: [], follow: 0 },
    { change: { status: "published" }, lists: ["one", "two"], follow: 1 },
    { change: { content: "#One and #two" }, lists: ["one", "two"], follow: 0 },
    { change: { title: "#three", content: "#two" }, lists: ["three", "two"], follow: 1 },
    { change: { visibility: "followers" }, lists: [], follow: 1 },
    { change: { visibility: "public" }, lists: ["three", "two"], follow: 1 },
    { change: { title: null, content: "none" }, lists: [], follow: 1 },
    { change: { visibility: "followers" }, lists: [], follow: 0 },
  ] as const;
  for (const { change, lists, follow } of steps) {
    listings = 0;
    await updatePost(store, author, id, change);
    expect({ lists: await tagsOf(id), follow: listings }, JSON.stringify(change)).toEqual({ lists, follow });
  }
  listings = 0;
  await updatePost(store, author, plain.id, { visibility: "followers" });
  expect(listings).toBe(0);

  // Of an older instance: its tags are not known.
  await database.query("UPDATE post SET tags = NULL WHERE id = $1", [plain.id]);
  await updatePost(store, author, plain.id, { content: "#four", visibility: "public" });
  expect(await tagsOf(plain.id)).toEqual(["four"]);
});
