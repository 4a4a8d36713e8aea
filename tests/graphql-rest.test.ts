import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { post } from "./support/graphql.ts";
import { pdf, sendDocument } from "./support/uploads.ts";

let feed: TestFeed;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
});
afterAll(() => feed.close());

/** The data of a document that has no errors. */
async function ask(person: Person, document: string, variables: Record<string, unknown> = {}) {
  const { body } = await person.graphql(document, variables);
  expect(body.errors).toBeUndefined();
  return body.data;
}

describe("what REST has is over GraphQL, too", () => {
  test("drafts are kept, listed, replaced by who knows their revision, and deleted", async () => {
    const created = await ask(
      alice,
      `mutation { createDraft(input: { content: "half a thought", title: null }) { success draft { id revision visibility } } }`,
    );
    expect(created.createDraft).toMatchObject({ success: true, draft: { revision: 1, visibility: "public" } });
    const { id } = created.createDraft.draft;
    const change = `mutation ($id: ID!, $revision: Int!) { updateDraft(id: $id, revision: $revision, input: { content: "a thought", visibility: "followers" }) { code draft { content visibility revision } } }`;
    expect((await ask(alice, change, { id, revision: 1 })).updateDraft).toEqual({
      code: null,
      draft: { content: "a thought", visibility: "followers", revision: 2 },
    });
    expect((await ask(alice, change, { id, revision: 1 })).updateDraft).toEqual({ code: "conflict", draft: null });
    expect(await ask(alice, `{ drafts(limit: 1) { drafts { id content } pageInfo { hasNextPage } } }`)).toEqual({
      drafts: { drafts: [{ id, content: "a thought" }], pageInfo: { hasNextPage: false } },
    });
    expect((await ask(bob, `query ($id: ID!) { draft(id: $id) { code draft { id } } }`, { id })).draft).toEqual({ code: "not_found", draft: null });
    expect((await ask(alice, `mutation ($id: ID!) { deleteDraft(id: $id) { success } }`, { id })).deleteDraft.success).toBe(true);
    expect((await ask(alice, `query ($id: ID!) { draft(id: $id) { code } }`, { id })).draft.code).toBe("not_found");
    const refused = await ask(alice, `mutation { createDraft(input: { visibility: "nobody" }) { success code errors { field } } }`);
    expect(refused.createDraft).toEqual({ success: false, code: "validation_failed", errors: [{ field: "input.visibility" }] });
  });

  test("tags are followed, listed and found", async () => {
    expect(await ask(alice, `mutation { followTag(tag: "Quince") { success tag followedByMe } }`)).toEqual({
      followTag: { success: true, tag: "quince", followedByMe: true },
    });
    expect(await ask(alice, `{ followedTags { tag followedByMe } }`)).toEqual({ followedTags: [{ tag: "quince", followedByMe: true }] });
    await post(bob, "A #quince a day");
    await eventually(async () => expect(await ask(alice, `{ searchTags(q: "qui") { tag posts } }`)).toEqual({ searchTags: [{ tag: "quince", posts: 1 }] }));
    expect((await ask(alice, `mutation { unfollowTag(tag: "quince") { followedByMe } }`)).unfollowTag.followedByMe).toBe(false);
  });

  test("a user is shown as the viewer stands to them, and whom friends follow is suggested", async () => {
    const [carol, dave] = await Promise.all([feed.person("carol"), feed.person("dave")]);
    await ask(carol, `mutation ($id: ID!) { followUser(id: $id) { following } }`, { id: bob.id });
    await ask(bob, `mutation ($id: ID!) { followUser(id: $id) { following } }`, { id: dave.id });
    const seen = `query ($id: ID!) { user(id: $id) { user { followedByMe followsMe requestedByMe blockedByMe mutedByMe mutedUntil } } }`;
    const nothing = { followedByMe: false, followsMe: false, requestedByMe: false, blockedByMe: false, mutedByMe: false, mutedUntil: null };
    expect((await ask(carol, seen, { id: bob.id })).user.user).toEqual({ ...nothing, followedByMe: true });
    expect((await ask(bob, seen, { id: carol.id })).user.user).toEqual({ ...nothing, followsMe: true });
    await eventually(async () =>
      expect(await ask(carol, `{ suggestedUsers(limit: 5) { user { id followedByMe } followees } }`)).toEqual({
        suggestedUsers: [{ user: { id: dave.id, followedByMe: false }, followees: 1 }],
      }),
    );
  });

  test("an inbox is counted, and looked at", async () => {
    const reader = await feed.person("reader");
    await ask(bob, `mutation ($id: ID!) { followUser(id: $id) { following } }`, { id: reader.id });
    // Its welcome, and its follower.
    await eventually(async () =>
      expect(await ask(reader, `{ unreadCount { unreadCount unseenCount } }`)).toEqual({ unreadCount: { unreadCount: 2, unseenCount: 2 } }),
    );
    expect(await ask(reader, `mutation { seeNotifications { unreadCount unseenCount } }`)).toEqual({ seeNotifications: { unreadCount: 2, unseenCount: 0 } });
  });

  test("uploads are shown, listed and deleted by their owner", async () => {
    const { id } = (await sendDocument(alice, pdf(), "plan.pdf")).body;
    const media = `query ($id: ID!) { media(id: $id) { code media { id kind name contentType ownerId postId } } }`;
    const shown = { id, kind: "document", name: "plan.pdf", contentType: "application/pdf", ownerId: alice.id, postId: null };
    expect((await ask(alice, media, { id })).media).toEqual({ code: null, media: shown });
    const list = `query ($user: ID!) { userMedia(userId: $user) { media { id } pageInfo { hasNextPage } } }`;
    expect((await ask(alice, list, { user: alice.id })).userMedia).toEqual({ media: [{ id }], pageInfo: { hasNextPage: false } });
    expect((await ask(bob, list, { user: alice.id })).userMedia.media).toEqual([]);
    const remove = `mutation ($id: ID!) { deleteMedia(id: $id) { success code } }`;
    expect((await ask(bob, remove, { id })).deleteMedia.success).toBe(false);
    expect((await ask(alice, remove, { id })).deleteMedia).toEqual({ success: true, code: null });
    expect((await ask(alice, media, { id })).media).toEqual({ code: "not_found", media: null });
  });

  test("a text gets a summary and a title, and moderators hear of what is reported", async () => {
    const content = "The harbour was closed for repairs. Ships had to wait outside for two days. On Friday the harbour opened again. Nobody was hurt.";
    const written = await ask(
      alice,
      `mutation ($content: String!) { summarize(content: $content) { success text model } suggestTitle(content: $content) { text model } }`,
      { content },
    );
    expect(written.summarize).toMatchObject({ success: true, model: "extractive", text: expect.stringContaining("harbour") });
    expect(written.suggestTitle.text.length).toBeLessThanOrEqual(60);
    const id = await post(bob, "buy my watches");
    const report = `mutation ($input: CreateReportInput!) { createReport(input: $input) { success code report { id reason target { type id } accepted } } }`;
    const input = { target: { type: "post", id }, reason: "spam" };
    const first = (await ask(alice, report, { input })).createReport;
    expect(first).toMatchObject({ success: true, report: { reason: "spam", target: { type: "post", id }, accepted: null } });
    expect((await ask(alice, report, { input })).createReport.report.id).toBe(first.report.id);
    const appeal = `mutation ($id: ID!) { appealCase(id: $id, text: "It is no spam.") { success code } }`;
    expect((await ask(bob, appeal, { id: "01890000-0000-7000-8000-000000000000" })).appealCase).toEqual({ success: false, code: "not_found" });
    expect(await ask(alice, `{ communityRules }`)).toEqual({ communityRules: null });
  });

  test("a visitor gets none of what is somebody's own", async () => {
    const visitor = (query: string) => feed.call("POST", "/graphql", { query });
    for (const query of [
      `{ drafts { success } }`,
      `{ followedTags { tag } }`,
      `{ unreadCount { unreadCount } }`,
      `mutation { suggestTitle(content: "x") { text } }`,
    ])
      expect((await visitor(query)).body.errors, query).toMatchObject([{ extensions: { code: "unauthenticated" } }]);
  });
});
