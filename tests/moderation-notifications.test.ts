import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { type Moderation, moderationOf } from "./support/moderation-events.ts";

let feed: TestFeed;
let moderation: Moderation;
beforeAll(async () => {
  feed = await startTestFeed();
  moderation = await moderationOf(feed);
});
afterAll(() => feed.close());

const told = async (person: Person) =>
  (await person.get("/api/v1/notifications")).body.data
    .filter(({ type }: { type: string }) => type !== "welcome")
    .map(({ type, message, data, actor }: { type: string; message: string; data: object; actor: null }) => ({ type, message, data, actor }));

test("authors hear what moderators did, why, and what became of their appeals; nobody learns who decided", async () => {
  const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
  const { body: post } = await ann.post("/api/v1/posts", { content: "Rude words", postType: "TEXT" });
  const content = { type: "post" as const, id: post.id, authorId: ann.id };
  const steps: [() => Promise<unknown>, object][] = [
    [
      () => moderation.reject(content),
      { type: "content_removed", message: "Moderators removed something that you wrote: harassment", data: { postId: post.id, outcome: "harassment" } },
    ],
    [
      () => moderation.decideAppeal(content, false),
      { type: "appeal_resolved", message: "Your appeal was refused", data: { postId: post.id, outcome: "refused" } },
    ],
    [
      () => moderation.decideAppeal(content, true),
      { type: "appeal_resolved", message: "Your appeal was accepted", data: { postId: post.id, outcome: "accepted" } },
    ],
  ];
  for (const [act, notification] of steps) {
    await act();
    await eventually(async () =>
      expect(await told(ann)).toContainEqual(
        expect.objectContaining({ actor: null, ...notification, data: expect.objectContaining((notification as { data: object }).data) }),
      ),
    );
  }
  await eventually(async () => expect((await told(ann)).map(({ type }: { type: string }) => type)).toContain("content_restored"));
  await moderation.reject(content, "warn");
  await eventually(async () => expect((await told(ann)).at(0)).toMatchObject({ type: "warning", data: { postId: post.id, outcome: "harassment" } }));
  await moderation.reject(content, "delete");
  await eventually(async () => {
    // What is about the post goes with it; why it went stays.
    expect(await told(ann)).toMatchObject([{ type: "content_removed", data: { outcome: "harassment" } }]);
  });
  expect((await told(ann))[0].data.postId).toBeUndefined();
  expect(await told(ben)).toEqual([]);
});

test("an author hears of each removal of a comment, and its notification leads to it", async () => {
  const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
  const { body: post } = await ann.post("/api/v1/posts", { content: "Say it", postType: "TEXT" });
  const { body: comment } = await ben.post(`/api/v1/posts/${post.id}/comments`, { content: "Rude words" });
  const content = { type: "comment" as const, id: comment.id, authorId: ben.id };
  await moderation.reject(content);
  await eventually(async () =>
    expect(await told(ben)).toMatchObject([{ type: "content_removed", data: { postId: post.id, commentId: comment.id, outcome: "harassment" } }]),
  );
  await moderation.approve(content);
  await eventually(async () => expect((await told(ben)).at(0)).toMatchObject({ type: "content_restored", data: { postId: post.id, commentId: comment.id } }));
  await moderation.reject(content);
  await eventually(async () =>
    expect((await told(ben)).map(({ type }: { type: string }) => type)).toEqual(["content_removed", "content_restored", "content_removed"]),
  );
});

test("who reported hears how it ended, once", async () => {
  const ann = await feed.person("ann");
  const resolved = (accepted: boolean) => {
    const reportId = uuidv7();
    return {
      type: "report.resolved" as const,
      aggregate: { id: reportId, revision: 1 },
      actorId: null,
      data: { reportId, reporterId: ann.id, target: { type: "post", id: uuidv7() }, accepted },
    };
  };
  await moderation.publish(resolved(true), resolved(false));
  await eventually(async () =>
    expect((await told(ann)).map(({ type, data }: { type: string; data: object }) => ({ type, ...data }))).toEqual([
      { type: "report_resolved", outcome: "refused" },
      { type: "report_resolved", outcome: "accepted" },
    ]),
  );
});
