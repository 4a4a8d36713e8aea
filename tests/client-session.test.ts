import { createClient, memoryStorage, type NewFeedClient, type StoredTokens } from "@newfeed/client";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const open: NewFeedClient[] = [];
const closing = (client: NewFeedClient) => {
  open.push(client);
  return client;
};
afterEach(() => {
  for (const client of open.splice(0)) client.close();
  vi.unstubAllGlobals();
});

let accounts = 0;
const account = (name: string) => {
  const username = `${name}_${++accounts}`;
  return { username, email: `${username}@test.com`, password: "Test123", fullName: `${name} Tester` };
};

/** A `fetch` that counts requests by the end of their path. */
function counting(inner: typeof fetch = fetch) {
  const requests: string[] = [];
  const counted: typeof fetch = (input, init) => {
    requests.push(new URL(input instanceof Request ? input.url : String(input)).pathname);
    return inner(input, init);
  };
  return { fetch: counted, count: (end: string) => requests.filter((path) => path.endsWith(end)).length };
}

describe("an app's tokens", () => {
  test("are renewed once when many requests find them expired, and each request succeeds", async () => {
    const storage = memoryStorage();
    const counted = counting();
    const client = closing(createClient({ baseUrl: feed.url, session: { storage }, fetch: counted.fetch }));
    const user = await client.session.signUp(account("john"));
    const tokens = (await storage.read()) as StoredTokens;
    await storage.write({ ...tokens, accessToken: "not.a.token" });
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.session.me()));
    expect(answers.map(({ id }) => id)).toEqual(Array(10).fill(user.id));
    expect(counted.count("/refresh")).toBe(1);
    expect(((await storage.read()) as StoredTokens).accessToken).not.toBe("not.a.token");
  });

  test("are renewed before they expire, so that no request is refused", async () => {
    const storage = memoryStorage();
    const counted = counting();
    const client = closing(createClient({ baseUrl: feed.url, session: { storage }, fetch: counted.fetch }));
    await client.session.signUp(account("john"));
    await storage.write({ ...((await storage.read()) as StoredTokens), expiresAt: Date.now() + 5_000 });
    await client.posts.list();
    expect(counted.count("/refresh")).toBe(1);
    expect(counted.count("/posts")).toBe(1);
  });

  test("survive a restart of the app, and an outage of the server", async () => {
    const storage = memoryStorage();
    const john = account("john");
    await closing(createClient({ baseUrl: feed.url, session: { storage } })).session.signUp(john);
    const again = closing(createClient({ baseUrl: feed.url, session: { storage } }));
    expect(await again.session.restore()).toMatchObject({ username: john.username });
    await storage.write({ ...((await storage.read()) as StoredTokens), expiresAt: 0 });
    const offline: typeof fetch = () => Promise.reject(new TypeError("fetch failed"));
    const away = closing(createClient({ baseUrl: feed.url, session: { storage }, fetch: offline }));
    await expect(away.session.restore()).rejects.toMatchObject({ code: "network" });
    expect(away.session.state.status).toBe("unknown");
    expect(await storage.read()).not.toBeNull();
  });

  test("that cannot be renewed end the session and its subscriptions", async () => {
    const storage = memoryStorage();
    const client = closing(createClient({ baseUrl: feed.url, session: { storage } }));
    await client.session.signUp(account("john"));
    const post = await client.posts.create({ content: "Hello", postType: "TEXT" });
    const subscription = client.follow.post(post.id);
    await subscription.ready;
    await storage.write({ ...((await storage.read()) as StoredTokens), accessToken: "not.a.token", refreshToken: "nor-this" });
    await expect(client.session.me()).rejects.toMatchObject({ status: 401 });
    expect(client.session.state).toEqual({ status: "ended", user: null, reason: "expired" });
    expect(await subscription.ended).toMatchObject({ reason: "session" });
    expect(await storage.read()).toBeNull();
    // Public posts are followed without a session too.
    expect(await client.follow.post(post.id).ready).toBeUndefined();
  });

  test("are not refreshed for a visitor: reading needs none, and other calls are refused", async () => {
    const counted = counting();
    const client = closing(createClient({ baseUrl: feed.url, fetch: counted.fetch }));
    expect(await client.session.restore()).toBeNull();
    expect(client.session.state.status).toBe("signed-out");
    expect((await client.posts.list()).data).toBeInstanceOf(Array);
    await expect(client.feed.home()).rejects.toMatchObject({ code: "unauthenticated" });
    const somewhere = "01a21450-6d93-76a6-9b63-f37b004d8a53";
    await expect(client.follow.post(somewhere).ready).rejects.toMatchObject({ code: "not_found" });
    const unrestored = closing(createClient({ baseUrl: feed.url, fetch: counted.fetch }));
    await expect(unrestored.follow.post(somewhere).ready).rejects.toMatchObject({ code: "not_found" });
    expect(counted.count("/refresh")).toBe(0);
  });
});

/** A browser with tabs of one origin: they share cookies and storage; locks and channels are Node's. */
function browser() {
  const cookies = new Map<string, string>();
  const items = new Map<string, string>();
  vi.stubGlobal("document", { visibilityState: "visible", addEventListener() {}, removeEventListener() {} });
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  });
  const withCookies: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    request.headers.set("cookie", [...cookies].map((pair) => pair.join("=")).join("; "));
    const response = await fetch(request);
    for (const cookie of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (cookie.split(";")[0] ?? "").split("=");
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    return response;
  };
  const counted = counting(withCookies);
  return { cookies, ...counted, tab: () => closing(createClient({ baseUrl: feed.url, session: "cookie", transport: "sse", fetch: counted.fetch })) };
}

describe("the tabs of a browser", () => {
  test("renew the session's cookies once for all of them", async () => {
    const { cookies, count, tab } = browser();
    const [one, two] = [tab(), tab()];
    await one.session.signUp(account("john"));
    await two.session.restore();
    expect(two.session.state.status).toBe("signed-in");
    cookies.delete("access_token");
    const answers = await Promise.all([one, two, one, two].map((client) => client.feed.home()));
    expect(answers).toHaveLength(4);
    expect(count("/refresh")).toBe(1);
  });

  test("are signed out together, and their subscriptions end", async () => {
    const { tab } = browser();
    const [one, two] = [tab(), tab()];
    await one.session.signUp(account("john"));
    await two.session.restore();
    const inbox = two.follow.inbox();
    await inbox.ready;
    await one.session.signOut();
    await eventually(() => expect(two.session.state.status).toBe("signed-out"));
    expect(await inbox.ended).toMatchObject({ reason: "session" });
  });

  test("are signed out at once when the session is revoked from another device", async () => {
    const { tab } = browser();
    const [one, two] = [tab(), tab()];
    const john = account("john");
    await one.session.signUp(john);
    await two.session.restore();
    const inbox = one.follow.inbox();
    await inbox.ready;
    vi.unstubAllGlobals();
    const phone = closing(createClient({ baseUrl: feed.url }));
    await phone.session.signIn({ email: john.email, password: john.password });
    for (const device of await phone.session.list()) if (!device.current) await phone.session.revoke(device.id);
    await eventually(() => {
      for (const client of [one, two]) expect(client.session.state).toEqual({ status: "ended", user: null, reason: "revoked" });
    });
    expect(await inbox.ended).toMatchObject({ reason: "session" });
  });
});
