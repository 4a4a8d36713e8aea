import { createUpstream } from "@newfeed/shared/http/upstream.ts";
import { recordedLogger } from "@newfeed/shared/testing/recorded-logger.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { openGateway } from "./support/gateway.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

test("while a service is down, its breaker refuses at once and other routes are unaffected", async () => {
  const john = await feed.person("john");
  const signed = { authorization: `Bearer ${john.token}` };
  const { logger, lines } = recordedLogger();
  const downService = createUpstream("comment-service", "unix:/nonexistent/comment-service.sock", { logger });
  const gateway = await openGateway(feed, { upstreams: { "comment-service": downService }, logger });
  const comments = () => gateway.call("GET", `/api/v1/comments/${john.id}`, undefined, signed);
  try {
    for (let call = 0; call < 12; call++) expect(await comments()).toMatchObject({ status: 503, body: { code: "service_unavailable" } });
    const { body } = await gateway.call("GET", "/health/circuit-breakers");
    expect(body.breakers.map(({ service, state }: { service: string; state: string }) => [service, state])).toContainEqual(["comment-service", "open"]);
    expect(body.breakers.filter(({ state }: { state: string }) => state !== "closed")).toHaveLength(1);

    const took: number[] = [];
    for (let call = 0; call < 20; call++) {
      const started = performance.now();
      const answer = await comments();
      took.push(performance.now() - started);
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(20);
      expect(Number(answer.headers.get("retry-after"))).toBeLessThanOrEqual(30);
    }
    expect(took.sort((a, b) => a - b)[10]).toBeLessThan(20);
    expect((await gateway.call("GET", "/api/v1/posts", undefined, signed)).status).toBe(200);
    // Neither what came before it opened nor what it refuses fills the log.
    expect(lines.filter(({ message }) => message === "a breaker opened")).toHaveLength(1);
    expect(lines.length).toBeLessThan(6);
    expect(lines.map(({ level }) => level)).not.toContain("error");
    expect(JSON.stringify(lines)).not.toMatch(/\\n *at /);
    expect(await feed.platform.metrics.render()).toMatch(/newfeed_problems_total\{service="api-gateway",code="service_unavailable"\} \d\d/);

    expect((await gateway.call("POST", "/admin/circuit-breakers/comment-service/reset", undefined, signed)).status).toBe(403);
    expect((await gateway.call("POST", "/admin/circuit-breakers/comment-service/reset")).status).toBe(401);
  } finally {
    await gateway.close();
    await downService.close();
  }
});
