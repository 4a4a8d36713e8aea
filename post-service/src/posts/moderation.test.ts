import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, expect, test } from "vitest";
import { eventOf, follow, openWorld } from "../testing.ts";
import { deletePost, updatePost } from "./posts.ts";

const world = await openWorld("moderation");
afterAll(world.close);

type Step = "flag" | "approve" | "hide" | "warn";
const outcomes = { flag: "pending", approve: "published", hide: "hidden", warn: "published" } as const;
const author = await world.person();
const reader = await world.person();

function decision(step: Step, id: PostId, caseId: string, revision: number) {
  const aggregate = { id: caseId, revision };
  const data = { caseId, target: { type: "post", id }, authorId: author };
  if (step === "flag") return eventOf("content.flagged", aggregate, { ...data, source: "rule", reason: "spam", hide: true });
  if (step === "approve") return eventOf("content.approved", aggregate, { ...data, appeal: false, shown: false });
  return eventOf("content.rejected", aggregate, { ...data, action: step, reason: "spam", until: null, appeal: false });
}
const statusOf = async (id: PostId) => (await world.database.query<{ status: string }>("SELECT status FROM post WHERE id = $1", [id]))[0]?.status;

/** A generator whose numbers a failure can be repeated with (mulberry32). */
function randomFrom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

test("decisions in any order, late and twice, between edits, end in what the last one says; so do all events of the post", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = randomFrom(seed);
    const { id } = await world.write(author, { content: "words" });
    const caseId = uuidv7();
    const names = ["flag", "approve", "hide", "warn"] as const;
    const steps = Array.from({ length: 1 + random(5) }, (_, n) => ({ step: names[random(4)] ?? "hide", revision: n + 1 }));
    const arriving = [...steps, ...steps.filter(() => random(2) === 0)].map((step) => ({ step, at: random(1_000) })).sort((one, other) => one.at - other.at);
    for (const { step } of arriving) {
      if (random(3) === 0) await updatePost(world.store, author, id, { content: `words ${random(1_000)}` });
      await world.apply(decision(step.step, id, caseId, step.revision));
    }
    const last = steps.at(-1);
    const status = await statusOf(id);
    expect(status, `seed ${seed}: ${JSON.stringify({ steps, arriving })}`).toBe(last && outcomes[last.step]);
    expect((await world.store.find(reader, id)) !== undefined).toBe(status === "published");
    const told = (await world.takeEvents()).filter((event) => event.type !== "post.published" && event.aggregate.id === id) as EventOf<"post.updated">[];
    const revisions = told.map(({ aggregate }) => aggregate.revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((one, other) => one - other));
    expect(told.at(-1)?.data.post.status).toBe(status);
  }
});

test("a later case takes the place of an earlier one, whose events change nothing any more; nor does anything change a deleted post", async () => {
  const { id } = await world.write(author, {});
  const [first, second] = [uuidv7({ msecs: 1_000 }), uuidv7({ msecs: 2_000 })];
  await world.apply(decision("hide", id, first, 5));
  await world.apply(decision("approve", id, second, 1));
  await world.apply(decision("hide", id, first, 6));
  expect(await statusOf(id)).toBe("published");
  await deletePost(world.store, author, id);
  await world.apply(decision("hide", id, second, 2));
  expect(await statusOf(id)).toBeUndefined();
});

test("a draft stays a draft, and what was held before it was ever published begins when it is approved", async () => {
  const { id: draft } = await world.write(author, { status: "draft" });
  await world.apply(decision("hide", draft, uuidv7(), 1));
  expect(await statusOf(draft)).toBe("draft");
  const { id } = await world.write(author, {});
  await world.database.query("UPDATE post SET status = 'pending', published_at = NULL WHERE id = $1", [id]);
  await world.takeEvents();
  await world.apply(decision("approve", id, uuidv7(), 1));
  expect((await world.takeEvents()).map(({ type }) => type)).toEqual(["post.updated", "post.published"]);
  expect((await world.store.find(reader, id))?.publishedAt).toBeInstanceOf(Date);
});

test("home feeds hold a post only while it is shown, and pass over none that is not", async () => {
  const [writer, follower] = [await world.person(), await world.person()];
  await world.apply(follow(follower, writer));
  expect(await world.feedOf(follower)).toEqual([]);
  const other = await world.publish(writer);
  const id = await world.publish(writer);
  const items = async () => (await world.database.query("SELECT FROM feed_item WHERE post_id = $1", [id])).length;
  expect([await world.feedOf(follower), await items()]).toEqual([[id, other], 1]);
  const caseId = uuidv7();
  await world.apply(decision("flag", id, caseId, 1));
  expect([await world.feedOf(follower), await items()]).toEqual([[other], 0]);
  await world.apply(decision("approve", id, caseId, 2));
  expect([await world.feedOf(follower), await items()]).toEqual([[id, other], 1]);
  await world.apply(decision("hide", id, caseId, 3));
  await world.apply(decision("warn", id, caseId, 4));
  expect([await world.feedOf(follower), await items()]).toEqual([[id, other], 1]);
});

test("what was hidden before it could be written into home feeds is in them once it is approved", async () => {
  const [writer, follower] = [await world.person(), await world.person()];
  await world.apply(follow(follower, writer));
  expect(await world.feedOf(follower)).toEqual([]);
  const { id } = await world.write(writer, {});
  const published = await world.takeEvents();
  const caseId = uuidv7();
  await world.apply(decision("flag", id, caseId, 1));
  await world.apply(...published);
  expect(await world.feedOf(follower)).toEqual([]);
  await world.apply(decision("approve", id, caseId, 2));
  expect(await world.feedOf(follower)).toEqual([id]);
});
