import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { setRole } from "@newfeed/auth-service/store.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findK6, howToInstall, scriptNames, scriptPath } from "../scripts/k6/program.ts";
import { openReceiver } from "../scripts/k6/receiver.ts";
import { reportPage } from "../scripts/k6/report.ts";
import { accountOf, moderatorName } from "../scripts/k6/shared/account.ts";
import { missed, objectives } from "../scripts/k6/shared/objectives.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";

/** A few users for a few seconds, with generous bounds, since other tests may keep the machine busy. */
const slow = { P95: "10000", P99: "20000", IN_TIME: "0" };
const small: Record<string, Record<string, string>> = {
  "feed-read": { VUS: "3", DURATION: "2s", USERS: "3", POSTS: "4" },
  "write-mix": { VUS: "3", DURATION: "2s", USERS: "3", POSTS: "4", WRITES: "0.5", REFRESH_SECONDS: "1" },
  "socket-fanout": { SOCKETS: "6", RATE: "5", DURATION: "2s", USERS: "2" },
  sse: { VUS: "2", DURATION: "1s", STREAMS: "3", COMMENTS: "4", SETTLE: "3" },
  soak: { RATE: "10", DURATION: "3s", VUS: "20", USERS: "3", POSTS: "4" },
  "other-parts": { VUS: "3", DURATION: "3s", USERS: "3", POSTS: "4", WRITES: "0.3" },
  spike: { RATE: "5", SPIKE: "40", DURATION: "3s", VUS: "40", USERS: "3", POSTS: "4" },
  "sign-in": { RATE: "4", DURATION: "2s", VUS: "20", USERS: "2" },
  authors: { VUS: "3", DURATION: "2s", USERS: "2", PICTURES: "0.4" },
  moderation: { VUS: "2", DURATION: "2s", USERS: "3", POSTS: "2" },
  delivery: { VUS: "3", DURATION: "1s" },
};

const root = new URL("..", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const runner = fileURLToPath(new URL("scripts/k6/run.ts", root));

const k6 = findK6();
if (!k6) process.stderr.write(`skipped: the k6 scripts; ${howToInstall}\n`);

test("every k6 script is tested", () => {
  expect(Object.keys(small).sort()).toEqual([...scriptNames].sort());
});

test("the scripts' objectives are those of the alerts and of operations.md", () => {
  const [rules, document] = [read("deploy/observability/rules.yml"), read("docs/operations.md")];
  const numbersIn = (form: RegExp) => [...new Set([...rules.matchAll(form)].map(([, number]) => Number(number)))];
  for (const [name, objective] of Object.entries(objectives)) {
    expect(numbersIn(new RegExp(`objective="${name}"\\} > [\\d.]+ \\* ([\\d.]+)`, "g")), name).toEqual([missed(objective)]);
    expect(document, name).toMatch(new RegExp(`^\\| ${name} \\| ${objective.share * 100} % `, "m"));
  }
  expect(numbersIn(/route="\/api\/auth\/login".*le="([\d.]+)"/g)).toEqual([objectives["sign-in"].withinMs / 1_000]);
  expect(numbersIn(/newfeed_event_lag_seconds_bucket.*le=~"(\d+)/g)).toEqual([objectives.delivery.withinMs / 1_000]);
  expect(document).toMatch(/^\| sign-in .* within 2\.5 s \|$/m);
  expect(document).toMatch(/^\| delivery .* within a second /m);
});

test("a report has every threshold, those that were missed first, and nothing that it is given as HTML", () => {
  const metrics = {
    http_req_failed: { value: 0.0002, passes: 1, thresholds: { "rate<=0.001": false } },
    "http_req_duration{name:<b>$&</b>}": { "p(95)": 612.3556, count: 9, thresholds: { "p(95)<500": true } },
    "http_req_duration{name:never sent}": { "p(95)": 0, count: 0, thresholds: { "p(95)<500": false } },
    iterations: { count: 7 },
  };
  const page = reportPage("of <i>", { metrics }, '<html><body class="k6"><div id="charts"></div></body></html>');
  const rows = [...page.matchAll(/<tr.*<\/tr>/g)]
    .map(([row]) =>
      row
        .replaceAll(/<[^>]+>/g, " ")
        .replaceAll(/ +/g, " ")
        .trim(),
    )
    .slice(1);
  expect(rows).toEqual([
    "missed http_req_duration{name:&lt;b&gt;$&amp;&lt;/b&gt;} p(95)&lt;500 612.4",
    "met http_req_duration{name:never sent} p(95)&lt;500 nothing measured",
    "met http_req_failed rate&lt;=0.001 0.0002 availability",
  ]);
  expect(page).toContain("of &lt;i&gt;: 1 of 3 thresholds missed");
  expect(page).toMatch(/^<html><body class="k6">\n<section id="thresholds">[\s\S]*<\/section><div id="charts">/);
  expect(reportPage("short", { metrics: {} }, null)).toMatch(/^<!doctype html>[\s\S]*short: no thresholds[\s\S]*<\/html>$/);
});

test("npm run k6 -- report without a script names the scripts that there are", async () => {
  const child = spawn(process.execPath, [runner, "report"], { stdio: ["ignore", "ignore", "pipe"] });
  const [printed, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  expect(code).toBe(1);
  expect(printed).toContain("a report of which script?");
  for (const name of scriptNames) expect(printed).toContain(name);
});

describe.skipIf(!k6)("the script", () => {
  let feed: TestFeed;
  let receiver: Awaited<ReturnType<typeof openReceiver>>;
  beforeAll(async () => {
    receiver = await openReceiver();
    // The addresses of pictures name the port.
    feed = await startTestFeed({ RATE_LIMIT_FACTOR: "100000", WEBHOOK_ALLOW_PRIVATE: "true", PORT: String(await freePort()) });
    const moderator = accountOf(moderatorName("moderation"));
    expect((await feed.call("POST", "/api/auth/signup", moderator)).status).toBe(201);
    await setRole((await feed.platform.openDatabase("auth-service")).query, moderator.username, "moderator", true);
  });
  afterAll(async () => {
    await feed.close();
    await receiver.close();
  });

  async function run(name: string, environment: Record<string, string>) {
    const child = spawn(k6 as string, ["run", "--no-usage-report", "--no-color", "--quiet", scriptPath(name)], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, BASE_URL: feed.url, RECEIVER_URL: receiver.url, USER_PREFIX: name.replace("-", "_"), ...slow, ...environment },
    });
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = await once(child, "exit");
    return { code, output: (await output).join("\n") };
  }

  async function passes(name: string) {
    const { code, output } = await run(name, small[name] ?? {});
    expect(code, output).toBe(0);
    const iterations = Number(/^ *iterations\.+: (\d+)/m.exec(output)?.[1]);
    expect(iterations, output).toBeGreaterThanOrEqual(2);
    if (name === "socket-fanout" || name === "sse") expect(Number(/^ *deliveries\.+: (\d+)/m.exec(output)?.[1]), output).toBeGreaterThan(10);
  }

  test.for(Object.keys(small).filter((name) => name !== "delivery"))("%s passes, and does something", passes);

  test("moderation without a moderator says how to make one", async () => {
    const { code, output } = await run("moderation", { ...small["moderation"], USER_PREFIX: "unmoderated" });
    expect(code, output).not.toBe(0);
    expect(output).toContain("npm run admin -- grant unmoderated_moderator moderator");
  });

  // The last two at once: the first waits for pushes, the second for points in time.
  test.concurrent("delivery passes, and does something", () => passes("delivery"));

  test.concurrent("a run that misses its bounds fails, and its report says which, beside charts of the run", async () => {
    const directory = mkdtempSync(join(tmpdir(), "newfeed-k6-"));
    const environment = { ...process.env, ...slow, BASE_URL: feed.url, USER_PREFIX: "reported", VUS: "2", DURATION: "8s", USERS: "2", POSTS: "2", P95: "0" };
    const child = spawn(process.execPath, [runner, "report", "feed-read", "--quiet"], { cwd: directory, stdio: "ignore", env: environment });
    expect(await once(child, "exit")).toEqual([99, null]);
    const report = readFileSync(join(directory, "k6-feed-read.html"), "utf8");
    rmSync(directory, { recursive: true });
    // What it draws is packed in the page.
    const [packed = ""] = /H4sI[\w+/=]{200,}/.exec(report) ?? [];
    const drawn = gunzipSync(Buffer.from(packed, "base64")).toString();
    expect(drawn).toContain("http_req_duration");
    expect([...drawn.matchAll(/"event":"snapshot"/g)].length, "points in time").toBeGreaterThan(2);
    expect(report).not.toMatch(/<script[^>]+src="https?:/);
    const [thresholds = ""] = /<section id="thresholds">[\s\S]*<\/section>/.exec(report) ?? [];
    // Five kinds of reads, and the bounds of each.
    expect([...thresholds.matchAll(/<td>missed<\/td><td><code>http_req_duration\{name:.*<code>p\(95\)&lt;0<\/code><\/td><td>\d/g)]).toHaveLength(5);
    expect([...thresholds.matchAll(/<td>met<\/td><td><code>http_req_duration\{name:.*<code>p\(99\)&lt;20000<\/code><\/td><td>\d/g)]).toHaveLength(5);
    expect(thresholds).toContain("<code>rate&lt;=0.001</code></td><td>0</td><td>availability</td>");
  });
});
