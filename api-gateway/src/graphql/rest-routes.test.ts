import { readdirSync, readFileSync } from "node:fs";
import type { Route } from "@newfeed/shared/contracts/route.ts";
import { publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import { expect, test } from "vitest";

/** Routes that GraphQL does not have, by how their paths begin, each with the reason. */
const onlyRest: readonly { path: RegExp; because: string }[] = [
  {
    path: /^\/(api\/auth\/|\.well-known\/)/,
    because: "passwords, proofs and tokens are given in bodies that nothing keeps, and answered by cookies; a document may be kept and logged",
  },
  { path: /^\/api\/v1\/(webhooks|devices)(\/|$)/, because: "programs and devices set these up once, with secrets, as those of accounts" },
  { path: /^\/api\/v1\/mails\//, because: "links in mails, programs of mail providers, and the state of an address that /api/auth changes" },
  { path: /^\/api\/media\/upload\//, because: "bytes of files, and the forms that take them" },
  { path: /^\/api\/v1\/(moderation\/(?!cases\/:id\/appeal)|media\/.*picture-hash$)/, because: "the desk of moderators" },
  { path: /^\/api\/v1\/(events|replays|dead-letters|account-deletions|accounts|live-instances)(\/|$)/, because: "tools of operators" },
  { path: /^\/query\//, because: "posts with their first comments, which a document asks for as it likes, and the cache of them" },
  { path: /^\/api\/v1\/streams\//, because: "subscriptions have its entries, and take its cursors" },
  { path: /^\/api\/v1\/users\/me\/export$/, because: "a file of any length" },
];

/** Of routes that share their paths with those that GraphQL has. */
const onlyRestByName: Partial<Record<keyof typeof publicRoutes, string>> = {
  getMe: "the field me asks for the user by id",
  searchUsers: "searchUsers calls searchPeople of the search, which ranks",
  knownUsernames: "for a composer that marks mentions while one types; user finds one",
  createPostComment: "createComment calls the route that takes the post in its body",
  createCategory: "for administrators",
  updateCategory: "for administrators",
  deleteCategory: "for administrators",
};

test("GraphQL has each public route, but for those that have a reason not to", () => {
  const folder = new URL("./", import.meta.url);
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(new URL(name, folder), "utf8"))
    .join("\n");
  const called = (name: string) => new RegExp(`Routes\\.${name}\\b`).test(sources);
  const excused = (name: string, { path }: Route) => name in onlyRestByName || onlyRest.some((one) => one.path.test(path));
  const routes = Object.entries<Route>(publicRoutes);
  expect(routes.filter(([name, route]) => !called(name) && !excused(name, route)).map(([name]) => name)).toEqual([]);
  // A reason that has become idle.
  expect(routes.filter(([name, route]) => called(name) && excused(name, route)).map(([name]) => name)).toEqual([]);
  for (const { path, because } of onlyRest) expect(routes.filter(([, route]) => path.test(route.path)).length, because).toBeGreaterThan(0);
});
