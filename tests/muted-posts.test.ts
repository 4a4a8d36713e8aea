import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const people = async (...names: string[]) => Promise.all(names.map((name) => feed.person(name)));
const mute = (person: Person, id: string, body?: object) => person.post(`/api/v1/posts/${id}/mute`, body);
const unmute = (person: Person, id: string) => person.delete(`/api/v1/posts/${id}/mute`);
const seenBy = async (person: Person, id: string) => (await person.get(`/api/v1/posts/${id}`)).body;
const comment = async (person: Person, postId: string, body: object) => (await person.post(`/api/v1/posts/${postId}/comments`, body)).body;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const mutedBy = async (person: Person): Promise<{ id: string; mutedUntil: string | null }[]> =>
  (await person.get("/api/v1/posts/muted")).body.data.map(({ id, mutedUntil }: { id: string; mutedUntil: string | null }) => ({ id, mutedUntil }));
const storedIn = async (service: "post-service" | "notification-service", person: Person) => {
  const { query } = await feed.platform.openDatabase(service);
  return (await query<{ id: string }>("SELECT post_id AS id FROM post_mute WHERE user_id = $1 AND until > now() ORDER BY post_id", [person.id])).map(
    ({ id }) => id,
  );
};
/** By then nothing of it notifies. */
const heard = (person: Person, ids: string[]) => eventually(async () => expect(await storedIn("notification-service", person)).toEqual(ids.toSorted()));
const notified = async (person: Person): Promise<{ type: string; by: string[] }[]> =>
  (await person.get("/api/v1/notifications")).body.data.flatMap(({ type, actors }: { type: string; actors: { id: string }[] }) =>
    type === "welcome" ? [] : [{ type, by: actors.map(({ id }) => id) }],
  );

describe("a muted conversation", () => {
  test("is its reader's own, with an end, listed, exported and offered over GraphQL", async () => {
    const [ann, ben] = (await people("ann", "ben")) as [Person, Person];
    const [first, second] = [await createPost(ben), await createPost(ben)];
    const until = inDays(7);
    expect(await mute(ann, first)).toMatchObject({ status: 200, body: { muted: true, until: null } });
    expect((await mute(ann, first, {})).body, "again").toEqual({ muted: true, until: null });
    expect((await mute(ann, second, { until })).body).toEqual({ muted: true, until });
    expect(await mutedBy(ann)).toEqual([
      { id: second, mutedUntil: until },
      { id: first, mutedUntil: null },
    ]);
    expect((await mute(ann, first, { until })).body, "with another end").toEqual({ muted: true, until });
    expect(await seenBy(ann, first)).toMatchObject({ mutedByMe: true });
    expect((await ann.get("/api/v1/users/me/export")).body.mutedPosts).toEqual(
      [first, second].map((postId) => ({ postId, until, mutedAt: expect.any(String) })),
    );
    expect(await seenBy(ben, first)).toMatchObject({ mutedByMe: false, revision: (await seenBy(ann, first)).revision });
    expect(await mutedBy(ben)).toEqual([]);
    expect((await ann.get(`/query/post/${first}`)).body.post).not.toHaveProperty("mutedByMe");

    expect((await unmute(ann, first)).body).toEqual({ muted: false, until: null });
    expect((await unmute(ann, first)).status, "again").toBe(200);
    expect((await unmute(ann, "01a1fd56-0000-7000-8000-000000000000")).status, "of what is not there").toBe(200);
    expect(await seenBy(ann, first)).toMatchObject({ mutedByMe: false });
    expect(await mutedBy(ann)).toEqual([{ id: second, mutedUntil: until }]);

    const muted = await ann.graphql(`mutation { mutePost(id: "${first}", until: "${until}") { success post { mutedByMe } } }`);
    expect(muted.body.data).toEqual({ mutePost: { success: true, post: { mutedByMe: true } } });
    expect((await ann.graphql("{ mutedPosts { posts { id } } }")).body.data).toEqual({ mutedPosts: { posts: [{ id: first }, { id: second }] } });
    expect((await ann.graphql(`mutation { unmutePost(id: "${first}") { success } }`)).body.data).toEqual({ unmutePost: { success: true } });
    expect(await mutedBy(ann)).toEqual([{ id: second, mutedUntil: until }]);
  });

  test("is refused with an end that has passed", async () => {
    const [ann, ben] = (await people("ann", "ben")) as [Person, Person];
    const id = await createPost(ben);
    expect(await mute(ann, id, { until: inDays(-1) })).toMatchObject({
      status: 400,
      body: { errors: [{ field: "until", message: "must be in the future" }] },
    });
  });

  test("notifies of nothing about its post or under it, of a quote neither; others it does, and its reader again when it is lifted", async () => {
    const [ann, ben, cem] = (await people("ann", "ben", "cem")) as [Person, Person, Person];
    const [mine, other] = [await createPost(ann), await createPost(cem)];
    const [{ id: annsUnderMine }, { id: annsUnderOther }] = [await comment(ann, mine, { content: "first" }), await comment(ann, other, { content: "first" })];
    for (const id of [mine, other]) await mute(ann, id);
    await heard(ann, [mine, other]);

    for (const [id, answered] of [
      [mine, annsUnderMine],
      [other, annsUnderOther],
    ]) {
      await comment(ben, id, { content: `@${ann.username} look` });
      await comment(ben, id, { content: "An answer", parentCommentId: answered });
      await ben.post(`/api/v1/comments/${answered}/like`);
      for (const act of ["like", "repost"]) await ben.post(`/api/v1/posts/${id}/${act}`);
      await createPost(ben, { content: "Look at that", quotedPostId: id });
    }
    // What comes behind is told, and so all of the others is.
    const unmuted = await createPost(ann);
    await cem.post(`/api/v1/posts/${unmuted}/like`);
    await eventually(async () => {
      expect((await notified(cem)).map(({ type }) => type).toSorted(), "who has muted nothing").toEqual([
        "new_comment",
        "post_liked",
        "post_quoted",
        "post_reposted",
      ]);
      expect(await notified(ann)).toEqual([{ type: "post_liked", by: [cem.id] }]);
    });

    await unmute(ann, mine);
    await heard(ann, [other]);
    await cem.post(`/api/v1/posts/${mine}/like`);
    await eventually(async () => expect(await notified(ann)).toHaveLength(2));
  });

  test("ends by itself", async () => {
    const [ann, ben] = (await people("ann", "ben")) as [Person, Person];
    const id = await createPost(ann);
    await mute(ann, id, { until: new Date(Date.now() + 1_500).toISOString() });
    await heard(ann, [id]);
    await eventually(async () => expect(await seenBy(ann, id)).toMatchObject({ mutedByMe: false }));
    expect(await mutedBy(ann)).toEqual([]);
    await ben.post(`/api/v1/posts/${id}/like`);
    await eventually(async () => expect(await notified(ann)).toEqual([{ type: "post_liked", by: [ben.id] }]));
  });

  test("goes with its post, and with its reader", async () => {
    const [ann, ben] = (await people("ann", "ben")) as [Person, Person];
    const [first, second] = [await createPost(ben), await createPost(ben)];
    for (const id of [first, second]) await mute(ann, id);
    await heard(ann, [first, second]);
    await ben.delete(`/api/v1/posts/${first}`);
    await heard(ann, [second]);
    await eventually(async () => expect(await storedIn("post-service", ann)).toEqual([second]));
    await ann.delete("/api/auth/me", { password: ann.password });
    await heard(ann, []);
    await eventually(async () => expect(await storedIn("post-service", ann)).toEqual([]));
  });
});
