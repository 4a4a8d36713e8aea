import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findK6, howToInstall, scriptNames, scriptPath } from "../scripts/k6/program.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

/** A few users for a few seconds, with generous bounds, since other tests may keep the machine busy. */
const slow = { P95: "10000", P99: "20000" };
const small: Record<string, Record<string, string>> = {
  "feed-read": { VUS: "3", DURATION: "2s", USERS: "3", POSTS: "4" },
  "write-mix": { VUS: "3", DURATION: "2s", USERS: "3", POSTS: "4", WRITES: "0.5", REFRESH_SECONDS: "1" },
  "socket-fanout": { SOCKETS: "6", RATE: "5", DURATION: "2s", USERS: "2" },
  sse: { VUS: "2", DURATION: "5s", STREAMS: "3", COMMENTS: "4", SETTLE: "3" },
  soak: { RATE: "10", DURATION: "3s", VUS: "20", USERS: "3", POSTS: "4" },
  "other-parts": { VUS: "3", DURATION: "3s", USERS: "3", POSTS: "4", WRITES: "0.3" },
  spike: { RATE: "5", SPIKE: "40", DURATION: "3s", VUS: "40", USERS: "3", POSTS: "4" },
};

const k6 = findK6();
if (!k6) process.stderr.write(`skipped: the k6 scripts; ${howToInstall}\n`);

test("every k6 script is tested", () => {
  expect(Object.keys(small).sort()).toEqual([...scriptNames].sort());
});

describe.skipIf(!k6)("the script", () => {
  let feed: TestFeed;
  beforeAll(async () => {
    feed = await startTestFeed({ RATE_LIMIT_FACTOR: "100000" });
  });
  afterAll(() => feed.close());

  async function run(name: string, environment: Record<string, string>) {
    const child = spawn(k6 as string, ["run", "--no-usage-report", "--no-color", "--quiet", scriptPath(name)], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, BASE_URL: feed.url, USER_PREFIX: name.replace("-", "_"), ...slow, ...environment },
    });
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = await once(child, "exit");
    return { code, output: (await output).join("\n") };
  }

  test.for(Object.entries(small))("%s passes, and does something", async ([name, environment]) => {
    const { code, output } = await run(name, environment);
    expect(code, output).toBe(0);
    const iterations = Number(/^ *iterations\.+: (\d+)/m.exec(output)?.[1]);
    expect(iterations, output).toBeGreaterThan(2);
    if (name === "socket-fanout" || name === "sse") expect(Number(/^ *deliveries\.+: (\d+)/m.exec(output)?.[1]), output).toBeGreaterThan(10);
  });

  test("a report has charts of the run", async () => {
    const directory = mkdtempSync(join(tmpdir(), "newfeed-k6-"));
    const environment = { ...process.env, ...slow, BASE_URL: feed.url, USER_PREFIX: "reported", VUS: "2", DURATION: "8s", USERS: "2", POSTS: "2" };
    const script = fileURLToPath(new URL("../scripts/k6/run.ts", import.meta.url));
    const child = spawn(process.execPath, [script, "report", "feed-read", "--quiet"], { cwd: directory, stdio: "ignore", env: environment });
    expect(await once(child, "exit")).toEqual([0, null]);
    const report = readFileSync(join(directory, "k6-feed-read.html"), "utf8");
    rmSync(directory, { recursive: true });
    // What it draws is packed in the page.
    const [packed = ""] = /H4sI[\w+/=]{200,}/.exec(report) ?? [];
    const drawn = gunzipSync(Buffer.from(packed, "base64")).toString();
    expect(drawn).toContain("http_req_duration");
    expect([...drawn.matchAll(/"event":"snapshot"/g)].length, "points in time").toBeGreaterThan(2);
    expect(report).not.toMatch(/<script[^>]+src="https?:/);
  });

  test("feed-read fails when it misses its bounds", async () => {
    const { code, output } = await run("feed-read", { VUS: "1", DURATION: "1s", USERS: "2", POSTS: "1", P95: "0" });
    expect(code, output).toBe(99);
  });
});
