import { afterEach, describe, expect, test, vi } from "vitest";
import { createClient } from "./client.ts";
import { NewFeedError } from "./errors.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** A client whose requests are answered by these, in turn. */
function answering(...answers: (() => Response | Promise<Response>)[]) {
  const requests: Request[] = [];
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    requests.push(new Request(input, init));
    return (answers[requests.length - 1] ?? answers.at(-1))?.() as Promise<Response>;
  };
  return { client: createClient({ baseUrl: "http://server", fetch }), requests };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  () =>
    Response.json(body, { status, headers });
const broken = () =>
  new Response(new ReadableStream({ start: (controller) => controller.error(new TypeError("terminated")) }), {
    headers: { "content-type": "application/json" },
  });
const empty = { data: [], pageInfo: { hasNextPage: false, endCursor: null, startCursor: null } };

/** Lets time pass until a call has been answered. */
async function passing<T>(call: Promise<T>): Promise<T> {
  call.catch(() => {});
  await vi.advanceTimersByTimeAsync(60_000);
  return call;
}

describe("an answer that NewFeed did not give", () => {
  test.each([
    ["a proxy's page", () => new Response("<h1>Bad Gateway</h1>", { status: 502 }), { status: 502, code: "bad_gateway" }],
    ["nothing at all", () => new Response(null, { status: 403 }), { status: 403, code: "forbidden" }],
    ["a list", json(404, []), { status: 404, code: "not_found" }],
    ["one that breaks off", broken, { status: 0, code: "network" }],
    ["a page instead of JSON", () => new Response("<h1>Sign in to this network</h1>"), { status: 0, code: "network" }],
  ])("is an error like any other: %s", async (_name, answer, expected) => {
    vi.useFakeTimers();
    const { client } = answering(answer);
    const error = await passing(client.posts.list().catch((failure: unknown) => failure));
    expect(error).toBeInstanceOf(NewFeedError);
    expect(error).toMatchObject(expected);
  });
});

describe("a call that fails for a moment", () => {
  test("is made again, at most twice, after as long as the server says", async () => {
    vi.useFakeTimers();
    const { client, requests } = answering(json(503, {}, { "retry-after": "3" }), () => Promise.reject(new TypeError("fetch failed")), json(200, empty));
    const call = client.posts.list();
    await vi.advanceTimersByTimeAsync(2_990);
    expect(requests).toHaveLength(1);
    expect(await passing(call)).toEqual(empty);
    expect(requests).toHaveLength(3);
    const away = answering(json(503, { code: "service_unavailable", message: "Away." }));
    await expect(passing(away.client.posts.list())).rejects.toMatchObject({ status: 503, message: "Away." });
    expect(away.requests).toHaveLength(3);
  });

  test("is left to the caller, when the wait is a long one", async () => {
    const { client, requests } = answering(json(503, { code: "service_unavailable", message: "Away.", retryAfter: 30 }, { "retry-after": "30" }));
    await expect(client.posts.list()).rejects.toMatchObject({ retryAfterMs: 30_000, isTemporary: true });
    expect(requests).toHaveLength(1);
  });

  test("names the same write each time that it is made, and waits for one that is still under way", async () => {
    vi.useFakeTimers();
    const { client, requests } = answering(
      () => Promise.reject(new TypeError("fetch failed")),
      json(409, { code: "idempotency_in_progress" }),
      json(201, { id: "a" }),
    );
    expect(await passing(client.posts.create({ content: "Once", postType: "TEXT" }))).toEqual({ id: "a" });
    const keys = requests.map((request) => request.headers.get("idempotency-key"));
    expect(new Set(keys).size).toBe(1);
    expect(await requests[2]?.json()).toMatchObject({ content: "Once", clientMutationId: keys[0] });
  });

  test("has done its work, if what was to be deleted is not there any more", async () => {
    vi.useFakeTimers();
    const lost = answering(() => Promise.reject(new TypeError("fetch failed")), json(404, { code: "not_found" }));
    expect(await passing(lost.client.posts.delete("a"))).toBeUndefined();
    const never = answering(json(404, { code: "not_found" }));
    await expect(passing(never.client.posts.delete("a"))).rejects.toMatchObject({ code: "not_found" });
  });

  test("is not made again when it may not be: a sign-in", async () => {
    const { client, requests } = answering(() => Promise.reject(new TypeError("fetch failed")));
    await expect(client.session.signIn({ email: "a", password: "b" })).rejects.toMatchObject({ code: "network" });
    expect(requests).toHaveLength(1);
  });

  test("is not made again once it was given up, and says so", async () => {
    const giving = new AbortController();
    const { client, requests } = answering(() => {
      giving.abort();
      throw new TypeError("fetch failed");
    });
    await expect(client.posts.list({}, { signal: giving.signal })).rejects.toMatchObject({ name: "AbortError" });
    expect(requests).toHaveLength(1);
  });
});
