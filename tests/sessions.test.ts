import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

describe("a session", () => {
  test("begins at sign-up, and says who one is", async () => {
    const john = await feed.person("john");
    const me = await john.get("/api/auth/me");
    expect(me.status).toBe(200);
    expect(me.body.data.user).toMatchObject({ id: john.id, username: john.username, email: john.email, fullName: "john Tester", revision: 1 });
  });

  test("a refresh token is good once: used again later, its whole family ends", async () => {
    const john = await feed.person("john");
    const first = await feed.call("POST", "/api/auth/refresh", { refreshToken: john.refreshToken });
    expect(first.status).toBe(200);
    // Two tabs at the same moment: the token that was just replaced is honoured.
    const second = await feed.call("POST", "/api/auth/refresh", { refreshToken: john.refreshToken });
    expect(second.status).toBe(200);
    const third = await feed.call("POST", "/api/auth/refresh", { refreshToken: first.body.data.tokens.refreshToken });
    expect(third.status).toBe(200);
    // Its replacement has been used: whoever comes with it now has a stolen copy.
    const stolen = await feed.call("POST", "/api/auth/refresh", { refreshToken: john.refreshToken });
    expect(stolen).toMatchObject({ status: 401, body: { code: "refresh_invalid" } });
    const after = await feed.call("POST", "/api/auth/refresh", { refreshToken: third.body.data.tokens.refreshToken });
    expect(after).toMatchObject({ status: 401, body: { code: "refresh_invalid" } });
  });
});
