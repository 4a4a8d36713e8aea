import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createMetrics } from "@newfeed/shared/http/metrics.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { dashboards } from "../scripts/deployment/dashboards.ts";
import { available } from "./support/available.ts";
import { openEvents, openSocket } from "./support/clients.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { startPrometheus, type TestPrometheus } from "./support/prometheus.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
interface Rule {
  alert?: string;
  record?: string;
  expr: string;
}
const rules = (parse(read("deploy/observability/rules.yml")) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const alerts = rules.flatMap(({ alert }) => alert ?? []);

const panels = dashboards.flatMap(({ title, panels }) =>
  panels.flatMap((panel) => Object.entries(panel.queries).map(([legend, query]) => ({ name: `${title}, ${panel.title}`, legend, query }))),
);
const metricsIn = (query: string) => [...query.matchAll(/\b(newfeed|process|nodejs)_\w+\b/g)].map(([name]) => name).filter((name) => !/^newfeed:/.test(name));

test("dashboards and alerts ask for metrics that there are", async () => {
  const known = new Set([...(await createMetrics().render()).matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name as string));
  const named = [...panels.map(({ query }) => query), ...rules.map(({ expr }) => expr)].flatMap(metricsIn);
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((name) => !known.has(name.replace(/_(bucket|count|sum)$/, "")) && !known.has(name))).toEqual([]);
  // And every metric of ours is in a dashboard.
  const shown = new Set(named.map((name) => name.replace(/_(bucket|count|sum)$/, "")));
  const notShown = [...known].filter((name) => name.startsWith("newfeed_") && !shown.has(name));
  expect(notShown.sort()).toEqual([
    "newfeed_bulk_events",
    "newfeed_events_dead_lettered_total",
    "newfeed_followed_streams",
    "newfeed_housekeeping_failures_total",
  ]);
});

test("every alert has a unit test, and a line in operations.md that says what to do", () => {
  const tested = new Set([...read("deploy/observability/rules_test.yml").matchAll(/alertname: (\w+)/g)].map(([, name]) => name));
  expect([...tested].sort()).toEqual(alerts.toSorted());
  const described = [...read("docs/operations.md").matchAll(/^\| `(NewFeed\w+)`/gm)].map(([, name]) => name);
  expect(described.sort()).toEqual(alerts.toSorted());
});

describe("with Prometheus itself", () => {
  let program: string | undefined;
  let feed: TestFeed;
  let prometheus: TestPrometheus | undefined;
  const directory = mkdtempSync(join(tmpdir(), "newfeed-prometheus-"));
  const token = "a token of the metrics";

  beforeAll(async () => {
    const found = await available("prometheus");
    if (!found || !("program" in found.prometheus)) return;
    program = found.prometheus.program;
    feed = await startTestFeed({ METRICS_TOKEN: token });
    const instances = [{ name: "api-gateway" as const, instance: "feed", port: Number(new URL(feed.url).port) }];
    prometheus = await startPrometheus({ program, instances, token, scrapeSeconds: 5, window: "1m" });
  }, 300_000);
  afterAll(async () => {
    await prometheus?.close();
    await feed?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test("promtool accepts the rules, and their unit tests pass", ({ skip }) => {
    if (!program) return skip("there is no Prometheus");
    for (const args of [
      ["check", "rules", "rules.yml"],
      ["test", "rules", "rules_test.yml"],
    ]) {
      const { status, stdout, stderr } = spawnSync("promtool", args, { cwd: join(root, "deploy/observability"), encoding: "utf8" });
      expect(status, stdout + stderr).toBe(0);
    }
    const compose = read("deploy/observability/prometheus.yml").replace("/etc/prometheus/rules.yml", join(root, "deploy/observability/rules.yml"));
    const file = join(directory, "compose.yml");
    writeFileSync(file, compose);
    const { status, stderr } = spawnSync("promtool", ["check", "config", "--syntax-only", file], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
  });

  test("every panel shows what a feed in use has done", { timeout: 200_000 }, async ({ skip }) => {
    if (!prometheus) return skip("there is no Prometheus");
    const { ask } = prometheus;
    const alice = await feed.person("alice");
    const { body: post } = await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
    const [socket, events] = await Promise.all([openSocket(feed, alice), openEvents(feed, alice, `/api/sse/comments/${post.id}`)]);
    await socket.ask("subscribe-post", post.id);
    // A rate is between two scrapes.
    let written = 0;
    const empty = async () => {
      expect((await alice.post(`/api/v1/posts/${post.id}/comments`, { content: `comment ${written++}` })).status).toBe(201);
      await alice.get("/api/v1/posts/not-an-id");
      const results = await Promise.all(panels.map(async (panel) => ({ ...panel, result: await ask(panel.query) })));
      const missing = results.filter(({ result }) => result.every(({ value }) => value[1] === "NaN"));
      // What nothing has happened for yet has no series.
      const silent = await Promise.all(
        missing.map(async ({ name, query }) => ({
          name,
          has: (await Promise.all(metricsIn(query).map((metric) => ask(`count(${metric})`)))).every((found) => found.length > 0),
        })),
      );
      return { unexpected: silent.filter(({ has }) => has).map(({ name }) => name), shown: results.length - missing.length };
    };
    await eventually(async () => {
      const { unexpected, shown } = await empty();
      expect(unexpected).toEqual([]);
      expect(shown).toBeGreaterThan(panels.length - 12);
    }, 150_000);
    await eventually(async () => {
      const [comments] = await ask('sum(newfeed_http_request_seconds_count{service="comment-service",method="POST"})');
      expect(Number(comments?.value[1])).toBeGreaterThan(0);
      const objectives = await ask("newfeed:objective_missed:ratio_5m");
      expect(objectives.map(({ metric }) => metric["objective"])).toEqual(expect.arrayContaining(["availability", "delivery"]));
    }, 20_000);
    for (const listener of [socket, events]) listener.close();
  });
});
