import type { User } from "@newfeed/shared/contracts/dto.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const signUp = async (...names: string[]) => {
  const all: Person[] = [];
  for (const name of names) all.push(await feed.person(name));
  return all as [Person, Person, Person, Person];
};
const at = (person: { id: string }, rest = "") => `/api/v1/users/${person.id}${rest}`;
const ids = ({ body }: Answer): string[] => body.data.map((user: User) => user.id);

describe("the search", () => {
  test("finds prefixes of usernames and full names, regardless of case, the newest first", async () => {
    const [zoe, zora, other] = await signUp("Zoe", "zora", "other");
    await other.patch("/api/v1/users/me", { fullName: "ZOltan 100%_\\" });
    await Promise.all([zoe, zora].map((person) => feed.call("GET", at(person))));
    expect(ids(await feed.call("GET", "/api/v1/users/search?q=zO"))).toEqual([other.id, zora.id, zoe.id]);
    const first = await zoe.get("/api/v1/users/search?q=zo&limit=1");
    expect(ids(first)).toEqual([other.id]);
    expect(ids(await zoe.get(`/api/v1/users/search?q=zo&limit=5&cursor=${first.body.pageInfo.endCursor}`))).toEqual([zora.id, zoe.id]);
    expect(ids(await zoe.get(`/api/v1/users/search?q=${encodeURIComponent("zoltan 100%_\\")}`))).toEqual([other.id]);
    for (const pattern of ["%", "_oe", "\\", "zo%"]) expect(ids(await zoe.get(`/api/v1/users/search?q=${encodeURIComponent(pattern)}`)), pattern).toEqual([]);
    expect(await zoe.get("/api/v1/users/search?q=%20")).toMatchObject({ status: 400, body: { errors: [{ field: "q" }] } });
  });

  test("finds the beginning of every word, in any case, with or without accents, however they are encoded", async () => {
    const [bob, ann] = await signUp("bob_builder", "ann");
    await bob.patch("/api/v1/users/me", { fullName: "José O’Neil-Ärgstrøm" });
    await ann.patch("/api/v1/users/me", { fullName: "Ярослава 山田" });
    const find = async (text: string) => ids(await feed.call("GET", `/api/v1/users/search?q=${encodeURIComponent(text)}`));
    for (const text of [`@${bob.username}`, "BUILDER", "josé o'n", "JOSE\u0301", "ÄRG", "argstrom", "neil jos"])
      expect(await find(text), text).toEqual([bob.id]);
    for (const text of ["яро", "ЯРО", "山", "山田 ярослава"]) expect(await find(text), text).toEqual([ann.id]);
    for (const text of ["uilder", "jose ann", "田", "@@bob", "jos%"]) expect(await find(text), text).toEqual([]);
    await bob.patch("/api/v1/users/me", { fullName: "Robert" });
    expect([await find("jose"), await find("rob")]).toEqual([[], [bob.id]]);
  });
});
