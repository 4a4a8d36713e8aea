import { createClient } from "@newfeed/client";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const publish = (person: Person, content: string, visibility = "public") => createPost(person, { content, visibility });
const newPosts = async (person: Person) => (await person.get("/api/v1/notifications")).body.data.filter(({ type }: { type: string }) => type === "new_post");

/** A user who follows another, as notification-service knows. */
async function follower(of: Person): Promise<Person> {
  const fan = await feed.person("fan");
  await fan.post(`/api/v1/users/${of.id}/follow`);
  await eventually(async () =>
    expect((await of.get("/api/v1/notifications?type=follows")).body.data.map(({ data }: { data: { userId: string } }) => data.userId)).toContain(fan.id),
  );
  return fan;
}

test("a bell notifies of new posts, and tells why, until it is turned off", async () => {
  const author = await feed.person("author");
  const [fan, other] = [await follower(author), await follower(author)];
  const path = `/api/v1/users/${author.id}/bell`;
  expect(await fan.get(path)).toMatchObject({ status: 200, body: { on: false } });
  for (let times = 0; times < 2; times++) expect(await fan.post(path)).toMatchObject({ status: 200, body: { on: true } });
  const first = await publish(author, "What I saw", "followers");
  await eventually(async () =>
    expect(await newPosts(fan)).toMatchObject([
      { message: "author Tester has posted", actor: { id: author.id }, data: { postId: first, post: { content: "What I saw" } } },
    ]),
  );
  expect(await newPosts(other)).toEqual([]);
  expect((await other.get(`/api/v1/notifications/why?post=${first}`)).body.data).toMatchObject([{ type: "new_post", heard: false, reason: "no_bell" }]);
  expect((await fan.get("/api/v1/users/me/export")).body.bells).toMatchObject([{ id: author.id, username: author.username }]);

  const client = createClient({ baseUrl: feed.url });
  await client.session.signIn({ email: fan.email, password: fan.password });
  expect([await client.users.bell(author.id), await client.users.setBell(author.id, false), await client.users.bell(author.id)]).toEqual([true, false, false]);
  client.close();
  const graphql = async (document: string) => (await fan.graphql(document, { id: author.id })).body.data;
  expect([
    await graphql("mutation ($id: ID!) { setBell(userId: $id) { success on } }"),
    await graphql("query ($id: ID!) { bell(userId: $id) { on } }"),
    await graphql("mutation ($id: ID!) { removeBell(userId: $id) { success on } }"),
  ]).toEqual([{ setBell: { success: true, on: true } }, { bell: { on: true } }, { removeBell: { success: true, on: false } }]);
  const second = await publish(author, "What I see");
  await eventually(async () => expect((await fan.get(`/api/v1/notifications/why?post=${second}`)).body.data).toMatchObject([{ reason: "no_bell" }]));
  expect(await newPosts(fan)).toHaveLength(1);
});

test("what a bell told of shows nothing of a post that may not be seen any more", async () => {
  const author = await feed.person("author");
  const fan = await follower(author);
  await fan.post(`/api/v1/users/${author.id}/bell`);
  const [hidden, deleted] = [await publish(author, "For a while", "followers"), await publish(author, "Not for long")];
  await eventually(async () => expect(await newPosts(fan)).toHaveLength(2));
  await author.delete(`/api/v1/posts/${deleted}`);
  await fan.delete(`/api/v1/users/${author.id}/follow`);
  await eventually(async () => {
    const left = await newPosts(fan);
    expect(left).toMatchObject([{ data: { postId: hidden } }]);
    expect(left[0].data.post).toBe(undefined);
  });
});

test("bells are for others who are there", async () => {
  const ann = await feed.person("ann");
  expect(await ann.post(`/api/v1/users/${ann.id}/bell`)).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(await ann.post("/api/v1/users/0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e/bell")).toMatchObject({ status: 404 });
  expect((await feed.call("POST", `/api/v1/users/${ann.id}/bell`)).status).toBe(401);
});
