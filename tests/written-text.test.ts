import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let ann: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  ann = await feed.person("ann");
});
afterAll(() => feed.close());

let names = 0;
const signUp = (change: Record<string, unknown>) => {
  const username = `writer_${++names}`;
  return feed.call("POST", "/api/auth/signup", { username, email: `${username}@test.com`, password: "Test123", ...change });
};
const refusal = (field: string) => ({ status: 400, body: { code: "validation_failed", errors: [{ field }] } });

const invisible = ["\u200B\u200B\u200B", "\u3164\u3164\u3164", "\u2800\u2800\u2800", "\u2060\uFEFF\u00AD", "\u{E0041}\u{E0042}\u{E0043}"];
const heap = `Z${"\u0351".repeat(12)}`;

describe("a name", () => {
  test.each([...invisible, "Ann\u0000", "Ann\u0007", "Ann\u001B[31m", heap])("%j is refused, at sign-up and later", async (fullName) => {
    expect(await signUp({ fullName })).toMatchObject(refusal("fullName"));
    expect(await ann.patch("/api/v1/users/me", { fullName })).toMatchObject(refusal("fullName"));
  });

  test("is one line, in the order in which it is read", async () => {
    const { body } = await ann.patch("/api/v1/users/me", { fullName: "\u202E Jo\u0308rg\r\n\tnnA\u200B", bio: " one\r\ntwo\u202E\n" });
    expect(body).toMatchObject({ fullName: "Jörg nnA", bio: "one\ntwo" });
  });

  test.each(["नमस्ते क्षत्रिय", "می\u200Cخواهم", "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}", "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}"])(
    "%s stays as it is",
    async (fullName) => expect((await ann.patch("/api/v1/users/me", { fullName })).body.fullName).toBe(fullName),
  );
});

describe("a username", () => {
  test.each(["admin", "Ad.Min", "support", "root", "newfeed", "moderator", "api", "null", "__proto__", "constructor", "dotted.", "...", ".hidden"])(
    "%s cannot be signed up with",
    async (username) => expect(await signUp({ username, email: `reserved_${++names}@test.com` })).toMatchObject(refusal("username")),
  );

  test("and an e-mail address may have spaces around them, at sign-up, sign-in and look-up", async () => {
    const { status, body } = await signUp({ username: " spacey ", email: " spacey@test.com " });
    expect({ status, user: body.data?.user }).toMatchObject({ status: 201, user: { username: "spacey", email: "spacey@test.com", fullName: "spacey" } });
    for (const email of [" spacey", "spacey@test.com \n", "\u200Bspacey@test.com"])
      expect((await feed.call("POST", "/api/auth/login", { email, password: "Test123" })).status).toBe(200);
    expect((await feed.call("GET", "/api/v1/users/by-username/%20spacey%20")).body.username).toBe("spacey");
    expect((await feed.call("GET", `/api/v1/users/search?q=${encodeURIComponent(" \u200Bspacey\u2060 ")}`)).body.data).toHaveLength(1);
  });
});

describe("a post, a comment, a search", () => {
  test.each(invisible)("of %j alone is refused", async (text) => {
    const { body: post } = await ann.post("/api/v1/posts", { content: "Seen", postType: "TEXT" });
    expect(await ann.post("/api/v1/posts", { content: text, postType: "TEXT" })).toMatchObject(refusal("content"));
    expect(await ann.post("/api/v1/posts", { content: "Seen", title: text, postType: "TEXT" })).toMatchObject(refusal("title"));
    expect(await ann.post(`/api/v1/posts/${post.id}/comments`, { content: text })).toMatchObject(refusal("content"));
    expect(await ann.get(`/api/v1/users/search?q=${encodeURIComponent(text)}`)).toMatchObject(refusal("q"));
    const mutation = "mutation ($input: CreateCommentInput!) { createComment(input: $input) { success code } }";
    const { body } = await ann.graphql(mutation, { input: { postId: post.id, content: text } });
    expect(JSON.stringify(body)).toContain("validation_failed");
  });

  test.each(["\u0007", "\u001B[2J", "\u007F", "\u0085x\u009B", heap])("with %j is refused", async (text) => {
    expect(await ann.post("/api/v1/posts", { content: `a${text}`, postType: "TEXT" })).toMatchObject(refusal("content"));
    expect(await ann.post("/api/v1/posts", { title: `a${text}`, postType: "TEXT" })).toMatchObject(refusal("title"));
  });

  test("keeps its lines, while a title has one", async () => {
    const { body } = await ann.post("/api/v1/posts", { title: "One\nline", content: "Two\r\n\tlines \u202Eback", postType: "TEXT" });
    expect(body).toMatchObject({ title: "One line", content: "Two\n\tlines back" });
  });

  test("has no link that shows where it leads in another order", async () => {
    for (const url of ["https://example.com/\u202Egpj.exe", "https://example.com/a\u200Bb"])
      expect(await ann.post("/api/v1/posts", { content: "x", postType: "LINK", mediaUrls: [url] })).toMatchObject(refusal("mediaUrls.0"));
  });
});

test("a device's name is one clean line", async () => {
  const { body } = await feed.call("POST", "/api/auth/login", { email: ann.email, password: ann.password }, { "user-agent": "Phone\t\u009B7m\u00A0" });
  const sessions = await feed.call("GET", "/api/auth/sessions", undefined, { authorization: `Bearer ${body.data.tokens.accessToken}` });
  expect(sessions.body.data.sessions[0]).toMatchObject({ current: true, userAgent: "Phone 7m" });
});
