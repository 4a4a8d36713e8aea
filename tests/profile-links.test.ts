import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const me = "/api/v1/users/me";
const links = ["https://ann.example/", "https://social.example/@ann", "http://pictures.example/ann?all=1", "https://code.example/ann"];

describe("where a user is, and their links", () => {
  test("are in the profile for all who see it, and are removed", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    expect((await ann.get(me)).body).toMatchObject({ location: null, links: [] });
    expect(await ann.patch(me, { location: "  By the sea ", links })).toMatchObject({ status: 200, body: { location: "By the sea", links } });
    for (const path of [`/api/v1/users/${ann.id}`, `/api/v1/users/by-username/${ann.username}`])
      expect((await ben.get(path)).body).toMatchObject({ location: "By the sea", links });
    const document = `{ search(q: "${ann.username}", type: users) { users { location links } } }`;
    await eventually(async () => expect((await ben.graphql(document)).body.data.search.users).toEqual([{ location: "By the sea", links }]));
    expect((await ann.get(`${me}/export`)).body.profile).toMatchObject({ location: "By the sea", links });
    await ann.patch(me, { bio: "Hello" });
    expect((await ann.get(me)).body, "what is left out stays").toMatchObject({ location: "By the sea", links });
    expect((await ann.patch(me, { location: null, links: [] })).body).toMatchObject({ location: null, links: [] });
  });

  test("are refused where they are too many, or lead to no page", async () => {
    const ann = await feed.person("ann");
    for (const [body, field] of [
      [{ links: [...links, "https://fifth.example"] }, "links"],
      [{ links: ["https://ann.example", "javascript:alert(1)"] }, "links.1"],
      [{ links: ["ann.example"] }, "links.0"],
      [{ links: ["https://ann.example/", "https://ann.example/"] }, "links"],
      [{ links: null }, "links"],
      [{ location: "x".repeat(101) }, "location"],
      [{ location: " " }, "location"],
    ] as const)
      expect(await ann.patch(me, body), JSON.stringify(body)).toMatchObject({ status: 400, body: { code: "validation_failed", errors: [{ field }] } });
    expect((await ann.get(me)).body).toMatchObject({ location: null, links: [] });
  });

  test("are on the page without scripts, as the user's own and without endorsement", async () => {
    const ann = await feed.person("ann");
    await ann.patch(me, { location: "<b>Here</b>", links: ['https://ann.example/?a="b"&c'] });
    const page = String((await feed.call("GET", `/@${ann.username}`, undefined, { accept: "text/html" })).body);
    expect(page).toContain("&lt;b&gt;Here&lt;/b&gt;");
    expect(page).toMatch(/<a href="https:\/\/ann\.example\/\?a=(&quot;|%22)b(&quot;|%22)&amp;c" rel="me noopener noreferrer nofollow ugc">/);
  });

  test("go with the account", async () => {
    const ann = await feed.person("ann");
    await ann.patch(me, { location: "Here", links });
    await ann.delete("/api/auth/me", { password: ann.password });
    const { query } = await feed.platform.openDatabase("user-service");
    await eventually(async () =>
      expect(await query("SELECT location, links, deleted FROM profile WHERE id = $1", [ann.id])).toEqual([{ location: null, links: [], deleted: true }]),
    );
  });
});
