import { createClient } from "@newfeed/client";
import { parseEvent } from "@newfeed/shared/contracts/events.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { migrateService } from "@newfeed/shared/runtime/run.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { userService } from "@newfeed/user-service/service.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { openBefore } from "./support/migrations.ts";

let feed: TestFeed;
let users: RawDatabase;
let posts: RawDatabase;
let comments: RawDatabase;
beforeAll(async () => {
  feed = await startTestFeed();
  const { openDatabase } = feed.platform;
  [users, posts, comments] = await Promise.all([openDatabase("user-service"), openDatabase("post-service"), openDatabase("comment-service")]);
});
afterAll(() => feed.close());

const path = "/api/v1/users/me/preferences";
const initial = {
  theme: "system",
  language: null,
  timeZone: null,
  whoMayMention: "everyone",
  whoMayComment: "everyone",
  privateAccount: false,
  publicLikes: false,
  contentFilters: { words: [], ends: [] },
  revision: 1,
};
const change = async (person: Person, body: object) => {
  const answer = await person.patch(path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const post = async (author: Person): Promise<string> => (await author.post("/api/v1/posts", { content: "Say something", postType: "TEXT" })).body.id;
const say = (person: Person, postId: string, content: string, more: object = {}) => person.post(`/api/v1/posts/${postId}/comments`, { content, ...more });
const mayComment = async (person: Person, postId: string) => (await person.get(`/api/v1/posts/${postId}/comments`)).body.mayComment;
const outcome = ({ status, body }: Answer) => (status === 201 ? 201 : body.code);
const follow = async (follower: Person, { id }: Person) => expect((await follower.post(`/api/v1/users/${id}/follow`)).status).toBe(200);
const eventsOf = async ({ id }: Person) =>
  (
    await users.query<{ data: object }>(
      "SELECT body::jsonb -> 'data' AS data FROM newfeed.outbox WHERE type = 'user.preferences_changed' AND body LIKE $1 ORDER BY id",
      [`%${id}%`],
    )
  ).map(({ data }) => data);

describe("preferences", () => {
  test("are the same for everybody until they are changed, one by one", async () => {
    const ann = await feed.person("ann");
    expect((await ann.get(path)).body).toEqual(initial);
    expect(await change(ann, { theme: "dark", timeZone: "Europe/Paris" })).toEqual({ ...initial, theme: "dark", timeZone: "Europe/Paris", revision: 2 });
    const words = ["Spoiler", "world cup", "spoiler"];
    const filtered = { ...initial, theme: "dark", language: "pt-BR", contentFilters: { words: ["Spoiler", "world cup"], ends: [] }, revision: 3 };
    expect(await change(ann, { timeZone: null, language: "pt-BR", contentFilters: { words } })).toEqual(filtered);
    expect(await change(ann, { language: "pt-BR", contentFilters: { words } }), "nothing new").toEqual(filtered);
    expect((await ann.get(path)).body).toEqual(filtered);
    expect(await eventsOf(ann), "nobody else needs the others").toEqual([
      {
        userId: ann.id,
        whoMayComment: "everyone",
        privateAccount: false,
        publicLikes: false,
        language: "pt-BR",
        filteredWords: words.slice(0, 2).map((word) => ({ word, until: null })),
      },
    ]);
    expect((await feed.call("GET", path)).status).toBe(401);
  });

  test("from before mails had their language are published again, where they have one", async () => {
    const database = await openBefore(userService, "20261127234000_announced_languages");
    const [one, two] = [uuidv7(), uuidv7()];
    for (const [id, language] of [
      [one, "de"],
      [two, null],
    ])
      await database.query(
        `INSERT INTO preferences (user_id, theme, language, who_may_mention, who_may_comment, private_account, filtered_words, revision)
         VALUES ($1, 'dark', $2, 'everyone', 'following', true, '{}', 7)`,
        [id, language],
      );
    await migrateService(database, userService);
    const events = await database.query<{ event_id: string; key: string; body: string }>("SELECT event_id, key, body FROM newfeed.outbox");
    expect(events).toMatchObject([{ key: one }]);
    expect(parseEvent(events[0]?.body ?? "")).toMatchObject({
      id: events[0]?.event_id,
      type: "user.preferences_changed",
      aggregate: { type: "preferences", id: one, revision: 7 },
      data: { userId: one, whoMayComment: "following", privateAccount: true, language: "de" },
    });
  });

  test("from before filtered words kept notifications away are published again, where they have any", async () => {
    const database = await openBefore(userService, "20261128105900_filter_ends");
    const [one, two] = [uuidv7(), uuidv7()];
    for (const [id, words] of [
      [one, "{golf,chess}"],
      [two, "{}"],
    ])
      await database.query(
        `INSERT INTO preferences (user_id, theme, who_may_mention, who_may_comment, filtered_words, revision) VALUES ($1, 'dark', 'everyone', 'nobody', $2, 7)`,
        [id, words],
      );
    await migrateService(database, userService);
    const events = await database.query<{ body: string }>("SELECT body FROM newfeed.outbox");
    expect(events.map(({ body }) => parseEvent(body))).toMatchObject([
      { aggregate: { id: one, revision: 8 }, data: { whoMayComment: "nobody", filteredWords: ["golf", "chess"].map((word) => ({ word, until: null })) } },
    ]);
    expect(await database.query("SELECT revision FROM preferences WHERE user_id = $1", [two])).toEqual([{ revision: 7 }]);
  });

  test("filter words until a time, which clients that know no ends leave as it is", async () => {
    const ann = await feed.person("ann");
    const [until, later] = [60_000, 120_000].map((ms) => new Date(Date.now() + ms).toISOString());
    const filters = async (contentFilters: object) => (await change(ann, { contentFilters })).contentFilters;
    const ends = [{ word: "golf", until }];
    expect(await filters({ words: ["golf", "chess"], ends })).toEqual({ words: ["golf", "chess"], ends });
    expect(await filters({ words: ["chess", "golf", "bridge"] })).toEqual({ words: ["chess", "golf", "bridge"], ends });
    expect(await filters({ words: ["golf"], ends: [{ word: "golf", until: later }] })).toEqual({ words: ["golf"], ends: [{ word: "golf", until: later }] });
    expect(await filters({ words: ["golf"], ends: [{ word: "chess", until }] }), "no word of theirs").toEqual({ words: ["golf"], ends: [] });
    const soon = new Date(Date.now() + 1_000).toISOString();
    await filters({ words: ["golf", "chess"], ends: [{ word: "golf", until: soon }] });
    await eventually(async () => expect((await ann.get(path)).body.contentFilters).toEqual({ words: ["chess"], ends: [] }));
    expect(await filters({ words: ["chess", "golf"] }), "again, for good").toEqual({ words: ["chess", "golf"], ends: [] });
    const inherited = ["constructor", "toString", "__proto__"];
    const inheritedEnds = [{ word: "__proto__", until }];
    expect(await filters({ words: inherited, ends: inheritedEnds }), "words that every object has").toEqual({ words: inherited, ends: inheritedEnds });
  });

  test("keep notifications away of what has a filtered word, until it ends; of others they do not", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const [mine, other] = [await post(ann), await post(ben)];
    const { body: annsComment } = await say(ann, other, "Hello");
    const notifications = await feed.platform.openDatabase("notification-service");
    const heard = (filtered: object | undefined) =>
      eventually(async () => {
        const [row] = await notifications.query<{ words: { word: string; until: string | null }[] }>("SELECT words FROM word_filter WHERE user_id = $1", [
          ann.id,
        ]);
        expect(row?.words).toEqual(filtered);
      });
    const excerpts = async () =>
      (await ann.get("/api/v1/notifications")).body.data
        .flatMap(({ data }: { data: { comment?: { content: string } } }) => data.comment?.content ?? [])
        .toSorted();
    await change(ann, { contentFilters: { words: ["Café finale"] } });
    await heard([{ word: "Café finale", until: null }]);
    const filtered = `${"word ".repeat(100)} the CAFE  finale`;
    await say(ben, mine, filtered);
    await say(ben, other, filtered, { parentCommentId: annsComment.id });
    await say(ben, other, `@${ann.username} ${filtered}`);
    await ben.post("/api/v1/posts", { content: filtered, postType: "TEXT", quotedPostId: mine });
    await say(ben, mine, "Another café");
    await eventually(async () => expect(await excerpts()).toEqual(["Another café"]));
    expect((await ann.get("/api/v1/notifications")).body.data.map(({ type }: { type: string }) => type)).not.toContain("post_quoted");

    const until = new Date(Date.now() + 1_500).toISOString();
    await change(ann, { contentFilters: { words: ["bridge"], ends: [{ word: "bridge", until }] } });
    await heard([{ word: "bridge", until }]);
    await eventually(async () => expect((await ann.get(path)).body.contentFilters.words).toEqual([]));
    await say(ben, other, "At the bridge", { parentCommentId: annsComment.id });
    await eventually(async () => expect(await excerpts()).toEqual(["Another café", "At the bridge"]));
    await change(ann, { contentFilters: { words: [] } });
    await heard(undefined);
  });

  test("refuse what nobody could use, and keep what they were", async () => {
    const ann = await feed.person("ann");
    for (const body of [
      { theme: "blue" },
      { language: "no language" },
      { language: "en-US-u-" },
      { timeZone: "Mars/Olympus" },
      { timeZone: "+01:00" },
      { whoMayComment: "friends" },
      { whoMayMention: null },
      { contentFilters: { words: [" "] } },
      { contentFilters: { words: ["x".repeat(51)] } },
      { contentFilters: { words: Array(101).fill("word") } },
      { contentFilters: { words: [], more: true } },
      { contentFilters: { words: ["golf"], ends: [{ word: "golf", until: "tomorrow" }] } },
      { contentFilters: { ends: [] } },
      { revision: 7 },
      { userId: ann.id },
      {},
    ]) {
      const { status, body: problem } = await ann.patch(path, body);
      expect({ body, status, code: problem.code }).toEqual({ body, status: 400, code: "validation_failed" });
    }
    expect((await ann.get(path)).body).toEqual(initial);
  });

  test("of changes at the same moment none is lost", async () => {
    const ann = await feed.person("ann");
    await Promise.all([
      change(ann, { theme: "light" }),
      change(ann, { language: "de" }),
      change(ann, { whoMayMention: "nobody" }),
      change(ann, { timeZone: "UTC" }),
    ]);
    expect((await ann.get(path)).body).toEqual({ ...initial, theme: "light", language: "de", whoMayMention: "nobody", timeZone: "UTC", revision: 5 });
  });

  test("are in GraphQL, the client library and the export, and go with the account", async () => {
    const ann = await feed.person("ann");
    const changed = await ann.graphql(
      `mutation { updatePreferences(input: { theme: "dark", language: "fr", whoMayComment: "following", contentFilters: { words: ["golf"] } })
         { success message preferences { theme language timeZone whoMayComment contentFilters { words ends { word until } } revision } } }`,
    );
    const shown = { theme: "dark", language: "fr", timeZone: null, whoMayComment: "following", contentFilters: { words: ["golf"], ends: [] }, revision: 2 };
    expect(changed.body).toEqual({ data: { updatePreferences: { success: true, message: "Your preferences are changed.", preferences: shown } } });
    const again = await ann.graphql(`mutation { updatePreferences(input: { language: null }) { preferences { language theme } } }`);
    expect(again.body.data.updatePreferences.preferences).toEqual({ language: null, theme: "dark" });
    const refused = await ann.graphql(`mutation { updatePreferences(input: { theme: "blue" }) { success code errors { field } } }`);
    expect(refused.body.data.updatePreferences).toEqual({ success: false, code: "validation_failed", errors: [{ field: "input.theme" }] });
    expect((await ann.graphql("{ preferences { whoMayComment revision } }")).body).toEqual({
      data: { preferences: { whoMayComment: "following", revision: 3 } },
    });
    const anonymous = await feed.call("POST", "/graphql", { query: "{ preferences { theme } }" });
    expect(anonymous.body).toEqual({ data: { preferences: null } });

    const client = createClient({ baseUrl: feed.url });
    await client.session.signIn({ email: ann.email, password: ann.password });
    expect(await client.preferences.update({ theme: "system" })).toMatchObject({ theme: "system", whoMayComment: "following", revision: 4 });
    expect(await client.preferences.get()).toEqual((await ann.get(path)).body);
    client.close();
    expect((await ann.get("/api/v1/users/me/export")).body.preferences).toEqual((await ann.get(path)).body);

    const kept = () => users.query("SELECT 1 AS one FROM preferences WHERE user_id = $1", [ann.id]);
    const copied = () => posts.query("SELECT 1 AS one FROM projection.preferences WHERE user_id = $1", [ann.id]);
    await eventually(async () => expect([await kept(), await copied()]).toEqual([[{ one: 1 }], [{ one: 1 }]]));
    expect((await ann.delete("/api/auth/me", { password: ann.password })).status).toBe(200);
    await eventually(async () => expect([await kept(), await copied()]).toEqual([[], []]));
  });
});

describe("who may comment", () => {
  test("is what the post's author says, in REST and GraphQL; what was written stays", async () => {
    const [ann, ben, cem] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cem")];
    const postId = await post(ann);
    const early = await say(ben, postId, "Early", { clientMutationId: "early" });
    expect(early.status).toBe(201);
    expect(await mayComment(cem, postId)).toBe(true);

    await follow(ann, ben);
    await follow(cem, ann);
    await change(ann, { whoMayComment: "following" });
    await eventually(async () => expect(await mayComment(cem, postId)).toBe(false));
    await eventually(async () => expect(outcome(await say(ben, postId, "A followed one"))).toBe(201));
    expect(outcome(await say(cem, postId, "A follower"))).toBe("comments_restricted");
    expect(outcome(await cem.post("/api/v1/comments", { postId, content: "Another way" }))).toBe("comments_restricted");
    expect(outcome(await say(cem, postId, "A reply", { parentCommentId: early.body.id }))).toBe("comments_restricted");
    const { body } = await cem.graphql(`mutation ($id: ID!) { createComment(input: { postId: $id, content: "By GraphQL" }) { success code } }`, { id: postId });
    expect(body.data.createComment).toEqual({ success: false, code: "comments_restricted" });
    expect((await cem.graphql(`query ($id: ID!) { getComments(postId: $id) { mayComment } }`, { id: postId })).body.data.getComments).toEqual({
      mayComment: false,
    });

    await change(ann, { whoMayComment: "nobody" });
    await eventually(async () => expect(await mayComment(ben, postId)).toBe(false));
    expect(outcome(await say(ben, postId, "Now nobody"))).toBe("comments_restricted");
    expect((await say(ben, postId, "Early", { clientMutationId: "early" })).body.id, "the same write again").toBe(early.body.id);
    expect((await ben.patch(`/api/v1/comments/${early.body.id}`, { content: "Early, and edited" })).status).toBe(200);
    expect(await mayComment(ann, postId)).toBe(true);
    expect(outcome(await say(ann, postId, "But the author"))).toBe(201);
    expect((await feed.call("GET", `/api/v1/posts/${postId}/comments`)).body.mayComment).toBe(false);

    await change(ann, { whoMayComment: "everyone" });
    await eventually(async () => expect(outcome(await say(cem, postId, "Again"))).toBe(201));
    expect(await eventsOf(ann)).toEqual(
      ["following", "nobody", "everyone"].map((whoMayComment) => ({
        userId: ann.id,
        filteredWords: [],
        whoMayComment,
        privateAccount: false,
        publicLikes: false,
        language: null,
      })),
    );
  });
});

describe("who may mention", () => {
  /** Those whom notification-service is to notify. */
  const mentioned = async (comment: Answer): Promise<string[]> => {
    expect(comment.status).toBeLessThan(300);
    const [row] = await comments.query<{ ids: string[] }>("SELECT mentioned_user_ids AS ids FROM comment WHERE id = $1", [comment.body.id]);
    return row?.ids ?? [];
  };

  test("is what the mentioned say, in a new comment and an edited one", async () => {
    const [ann, ben, cem, dan] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cem"), await feed.person("dan")];
    const postId = await post(dan);
    const text = `@${ann.username} and @${cem.username}!`;
    const before = await say(ben, postId, text);
    expect((await mentioned(before)).sort()).toEqual([ann.id, cem.id].sort());

    await change(ann, { whoMayMention: "nobody" });
    await change(cem, { whoMayMention: "following" });
    expect(await mentioned(await say(ben, postId, text))).toEqual([]);
    await follow(ann, ben);
    await follow(cem, ben);
    const followed = await say(ben, postId, text);
    expect(await mentioned(followed)).toEqual([cem.id]);
    expect(await mentioned(await ben.patch(`/api/v1/comments/${before.body.id}`, { content: `${text} Still?` }))).toEqual([cem.id]);

    const told = async (person: Person) =>
      (await person.get("/api/v1/notifications")).body.data
        .filter(({ type }: { type: string }) => type === "mention")
        .map(({ data }: { data: { commentId: string } }) => data.commentId);
    await eventually(async () => expect(await told(cem)).toEqual([followed.body.id, before.body.id]));
    await eventually(async () => expect(await told(ann), "the edit took it back").toEqual([]));
  });
});
