import { composeServices } from "@theguild/federation-composition";
import { buildSchema, type GraphQLObjectType, parse } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createComment, createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
});
afterAll(() => feed.close());

const entities = `query ($keys: [_Any!]!) { _entities(representations: $keys) {
  __typename ... on Post { content likedByMe author { username } } ... on Comment { content postId } ... on User { username }
} }`;
const asked = async (as: Person, keys: object[]) => (await as.graphql(entities, { keys })).body;

describe("a subgraph", () => {
  test("gives its SDL, which is the one at /schema.graphql, and which tools read that know of no federation", async () => {
    const { body } = await alice.graphql("{ _service { sdl } }");
    const sdl = await (await fetch(`${feed.url}/schema.graphql`)).text();
    expect(body.data._service.sdl).toBe(sdl);
    expect(sdl).toContain('extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])');
    const schema = buildSchema(sdl);
    for (const name of ["Post", "Comment", "User"])
      expect(schema.getType(name)?.astNode?.directives?.map((directive) => directive.name.value)).toEqual(["key"]);
  });

  test("composes with another subgraph into one graph, in which our entities have its fields", async () => {
    const feedSdl = await (await fetch(`${feed.url}/schema.graphql`)).text();
    const shop = `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])
      type Query { offers: [Offer!]! }
      type Offer @key(fields: "id") { id: ID! seller: User! about: Post }
      type User @key(fields: "id") { id: ID! offers: [Offer!]! }
      type Post @key(fields: "id", resolvable: false) { id: ID! }`;
    const compose = (sdl: string) =>
      composeServices([
        { name: "feed", typeDefs: parse(sdl), url: `${feed.url}/graphql` },
        { name: "shop", typeDefs: parse(shop), url: "http://shop.example/graphql" },
      ]);
    const { supergraphSdl, publicSdl, errors } = compose(feedSdl);
    expect(errors).toBeUndefined();
    expect(supergraphSdl).toContain('join__type(graph: FEED, key: "id")');
    const graph = buildSchema(publicSdl ?? "");
    const fieldsOf = (name: string) => Object.keys((graph.getType(name) as GraphQLObjectType).getFields());
    expect(fieldsOf("User")).toEqual(expect.arrayContaining(["username", "followerCount", "offers"]));
    expect(fieldsOf("Query")).toEqual(expect.arrayContaining(["getPost", "offers"]));
    expect(fieldsOf("Query")).not.toContain("_entities");
    expect(Object.keys(graph.getSubscriptionType()?.getFields() ?? {})).toContain("commentAdded");
    // Without the key nobody could join it.
    expect(compose(feedSdl.replace('type User @key(fields: "id")', "type User")).errors).not.toBeUndefined();
  });

  test("finds posts, comments and users by their keys, in their order; null for what the viewer may not see", async () => {
    const postId = await createPost(alice);
    const { id: commentId } = await createComment(bob, postId, "a comment");
    const hidden = await alice.post("/api/v1/posts", { content: "for followers", postType: "TEXT", visibility: "followers" });
    await bob.post(`/api/v1/posts/${postId}/like`);
    const keys = [
      { __typename: "User", id: alice.id },
      { __typename: "Post", id: hidden.body.id },
      { __typename: "Comment", id: commentId },
      { __typename: "Post", id: postId },
      { __typename: "Post", id: "none" },
    ];
    const found = {
      user: { __typename: "User", username: alice.username },
      comment: { __typename: "Comment", content: "a comment", postId },
      post: { __typename: "Post", content: expect.any(String), likedByMe: true, author: { username: alice.username } },
    };
    expect(await asked(bob, keys)).toEqual({ data: { _entities: [found.user, null, found.comment, found.post, null] } });
    expect((await asked(alice, keys)).data._entities[1]).toMatchObject({ content: "for followers" });
  });

  test("refuses what is no key, beside the entities that it finds", async () => {
    const { data, errors } = await asked(bob, [{ __typename: "Author", id: alice.id }, { __typename: "User" }, { __typename: "User", id: alice.id }]);
    expect(data._entities).toEqual([null, null, { __typename: "User", username: alice.username }]);
    expect(errors).toMatchObject([0, 1].map((index) => ({ path: ["_entities", index], extensions: { code: "validation_failed" } })));
  });

  test("counts each entity as a call", async () => {
    const keys = (count: number) => Array(count).fill({ __typename: "User", id: alice.id });
    expect((await asked(bob, keys(80))).data._entities).toHaveLength(80);
    expect((await asked(bob, keys(101))).errors[0].message).toContain("costs");
    // The compiled document gives the same.
    const [first] = (await asked(bob, keys(1))).data._entities;
    for (let times = 0; times < 60; times++) await asked(bob, keys(1));
    expect((await asked(bob, keys(1))).data._entities).toEqual([first]);
  });
});
