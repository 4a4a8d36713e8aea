import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventOf, follow, openWorld } from "../testing.ts";
import { deletePost, updatePost } from "./posts.ts";

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld("scheduled");
});
afterAll(() => world.close());

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const schedule = async (author: UserId, content = "later") => (await world.write(author, { content, status: "scheduled", publishAt: inAnHour() })).id;
/** An hour passes. */
const pass = (...ids: PostId[]) => world.database.query("UPDATE post SET publish_at = publish_at - interval '61 minutes' WHERE id = ANY($1)", [ids]);
const preferences = (userId: UserId, privateAccount: boolean, revision: number) =>
  eventOf("user.preferences_changed", { id: userId, revision }, { userId, whoMayComment: "everyone", privateAccount });
const published = async () => (await world.applyPending()).flatMap((event) => (event.type === "post.published" ? [event.data.post.id] : []));

describe("scheduled posts that are due", () => {
  test("are published once, however many instances look at once, and however many there are", async () => {
    const [author, reader] = [await world.person(), await world.person()];
    await world.apply(follow(reader, author));
    await world.feedOf(reader);
    const kept = await schedule(author, "not yet");
    const rows = await world.database.query<{ id: PostId }>(
      `INSERT INTO post (id, author_id, content, post_type, visibility, status, attachments, links, tags, publish_at, created_at, updated_at)
       SELECT uuidv7(), $1::uuid, n::text, 'TEXT', 'public', 'scheduled', '[]', '{}', '{}', now() - n * interval '1 second', now(), now() FROM generate_series(1, 250) n RETURNING id`,
      [author],
    );
    await world.applyPending();
    await Promise.all([world.publishDue(), world.publishDue(), world.publishDue()]);
    const ids = rows.map(({ id }) => id).sort();
    expect((await published()).sort()).toEqual(ids);
    expect(await world.itemsOf(reader)).toBe(250);
    await world.publishDue();
    expect(await published()).toEqual([]);
    expect(await world.store.find(author, kept)).toMatchObject({ status: "scheduled", publishedAt: null });
    expect(await world.store.find(reader, kept)).toBe(undefined);
  });

  test("stand where they were published, not where they were written", async () => {
    const author = await world.person();
    const id = await schedule(author);
    const between = await world.publish(author);
    await pass(id);
    await world.publishDue();
    expect(await published()).toEqual([id]);
    expect(await world.feedOf(author)).toEqual([id, between]);
    expect(await world.store.find(null, id)).toMatchObject({ status: "published", publishAt: null, revision: 2 });
  });

  test("have a poll whose time begins then", async () => {
    const author = await world.person();
    const { id } = await world.write(author, { status: "scheduled", publishAt: inAnHour(), poll: { options: ["Yes", "No"], duration: 600 } });
    await pass(id);
    await world.publishDue();
    const post = await world.store.find(author, id);
    expect(Date.parse(post?.poll?.endsAt ?? "") - Number(post?.publishedAt)).toBe(600_000);
  });

  test("go by what their author's account is then", async () => {
    const [author, leaver, visitor] = [await world.person(), await world.person(), await world.person()];
    const [became, was, gone] = [await schedule(author), await schedule(author), await schedule(leaver)];
    await world.applyPending();
    // The job that would align the posts has not run.
    await world.database.query("DELETE FROM newfeed.job");
    await world.database.query("INSERT INTO projection.preferences (user_id, private_account, who_may_comment, revision) VALUES ($1, true, 'everyone', 1)", [
      author,
    ]);
    await pass(became);
    await world.publishDue();
    await world.applyPending();
    expect(await world.store.find(author, became)).toMatchObject({ status: "published", visibility: "followers" });
    expect(await world.store.find(visitor, became)).toBe(undefined);

    await world.apply(preferences(author, false, 2));
    await pass(was, gone);
    await world.apply(eventOf("user.deleted", { id: leaver, revision: 2 }, { userId: leaver }));
    await world.publishDue();
    expect(await published()).toEqual([was]);
    expect(await world.store.find(visitor, was)).toMatchObject({ visibility: "public" });
    expect(await world.database.query("SELECT FROM post WHERE id = $1", [gone])).toEqual([]);
  });

  test("are not published once they are deleted, or have another time", async () => {
    const author = await world.person();
    const [deleted, moved, taken] = [await schedule(author), await schedule(author), await schedule(author)];
    await pass(deleted, moved, taken);
    await deletePost(world.store, author, deleted);
    await updatePost(world.store, author, moved, { publishAt: inAnHour() });
    await updatePost(world.store, author, taken, { status: "draft" });
    await world.applyPending();
    await world.publishDue();
    expect(await published()).toEqual([]);
    expect(await world.store.find(author, taken)).toMatchObject({ status: "draft", publishAt: null });
  });
});

test("a user has a hundred scheduled posts at most", async () => {
  const author = await world.person();
  for (let n = 0; n < 100; n++) await schedule(author, uuidv7());
  await expect(schedule(author)).rejects.toMatchObject({ code: "conflict" });
  const draft = (await world.write(author, { status: "draft" })).id;
  await expect(updatePost(world.store, author, draft, { status: "scheduled", publishAt: inAnHour() })).rejects.toMatchObject({ code: "conflict" });
});
