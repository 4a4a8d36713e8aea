import { serverAudits } from "graphql-http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const audits = serverAudits({ url: () => `${feed.url}/graphql` });
/** What the specification leaves open, and we leave out: docs/decisions/0008-graphql-limits.md. */
const isOfGet = (name: string) => /^MAY (?!NOT).*\bGETs?\b/.test(name);

describe("GraphQL over HTTP", () => {
  test.each(audits.filter(({ name }) => !isOfGet(name)).map((audit) => [audit.name, audit] as const))("%s", async (_name, audit) => {
    const result = await audit.fn();
    expect([result.status, "reason" in result ? result.reason : undefined]).toEqual(["ok", undefined]);
  });

  test.each(audits.filter(({ name }) => isOfGet(name)).map((audit) => [audit.name, audit] as const))("%s: it does not", async (_name, audit) => {
    expect(await audit.fn()).toMatchObject({ status: "notice", response: { status: 405 } });
  });
});
