import { Agent, request } from "node:http";
import type { Route } from "@newfeed/shared/contracts/route.ts";
import { pathsOf, publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BadRequest, badRequests } from "./bad-input-cases.ts";
import { type Person, startTestFeed, type TestFeed } from "./feed.ts";
import { lookInto, type Stored } from "./stored.ts";

let feed: TestFeed;
let john: Person;
let stored: Stored;
let before: Record<string, string>;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

beforeAll(async () => {
  feed = await startTestFeed();
  john = await feed.person("john");
  expect((await john.post("/api/v1/posts", { content: "Untouched", postType: "TEXT" })).status).toBe(201);
  stored = await lookInto(feed);
  before = await stored.all();
});
afterAll(async () => {
  agent.destroy();
  await feed.close();
});

interface Raw {
  status: number;
  headers: Record<string, unknown>;
  text: string;
}

/** Sends the path as it stands: `fetch` would put it in order first. */
function send({ method, path, headers = {}, body }: Pick<BadRequest, "method" | "path" | "headers" | "body">, token?: string): Promise<Raw> {
  const { hostname, port } = new URL(feed.url);
  return new Promise((resolve, reject) => {
    const outgoing = request({
      ...{ agent, hostname, port, method, path },
      headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }), "content-length": Buffer.byteLength(body ?? "") },
    });
    outgoing.once("error", reject).once("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.once("error", reject).once("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    outgoing.end(body);
  });
}

/** Words that only an inner part would say. */
const inner = /prisma|postgres|sqlstate|\bpg_|select .* from|insert into|zod|invalid_type|unrecognized_keys|node_modules|\n\s+at |\.ts:|\.js:|\w+Error\b/i;

/** What is wrong with an answer to a bad request; nothing when it is as it must be. */
function faultsOf({ status, code, field }: Pick<BadRequest, "status" | "code" | "field">, answer: Raw): string[] {
  const faults: string[] = [];
  const check = (holds: boolean, fault: string) => holds || faults.push(fault);
  check(answer.status === status, `answered ${answer.status} instead of ${status}`);
  check(/^application\/problem\+json/.test(String(answer.headers["content-type"])), `is ${answer.headers["content-type"]}`);
  check(!inner.test(answer.text), "speaks of inner parts");
  if (faults.length > 0) return [...faults, answer.text.slice(0, 300)];
  const problem = JSON.parse(answer.text);
  check(problem.code === code, `says ${problem.code} instead of ${code}`);
  check(problem.status === status && problem.success === false, "does not say its status, or success");
  check(typeof problem.message === "string" && problem.message.length > 0, "has no message");
  check(problem.correlationId === answer.headers["x-correlation-id"], "has no correlation id");
  const fields: string[] | undefined = problem.errors?.map((error: { field: string }) => error.field);
  if (field) check(fields?.every((name) => name === field || name.startsWith(`${field}.`)) ?? false, `names ${fields} instead of ${field}`);
  return faults.length > 0 ? [...faults, answer.text.slice(0, 300)] : [];
}

/** Sends all of them, some at once, and gives those that were not refused as they must be. */
async function refuse(requests: readonly BadRequest[], token?: string): Promise<string[]> {
  const faults = await Promise.all(requests.map(async (bad) => ({ bad, found: faultsOf(bad, await send(bad, token)) })));
  return faults.flatMap(({ bad, found }) => (found.length > 0 ? [`${bad.method} ${bad.path.slice(0, 100)}, ${bad.what}: ${found.join("; ")}`] : []));
}

const routes = Object.entries<Route>(publicRoutes);

describe("bad input", () => {
  test.each(routes)("of %s is refused with the field's name", async (_name, route) => {
    for (const path of pathsOf(route)) expect(await refuse(badRequests(route, path), john.token)).toEqual([]);
  });
});

test("nothing of it was stored, and nothing changed", async () => {
  expect(await stored.all()).toEqual(before);
});
