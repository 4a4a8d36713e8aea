import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { readSpans, type Span } from "./support/spans.ts";

/** A collector: what the feed exports by OTLP. */
let collector: Server;
const spans: Span[] = [];
let feed: TestFeed;
let ann: Person;
let ben: Person;

beforeAll(async () => {
  collector = createServer(async (request, response) => {
    if (request.url === "/v1/traces") spans.push(...readSpans(await buffer(request)));
    response.setHeader("content-type", "application/x-protobuf").end();
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  feed = await startTestFeed({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`, METRICS_TOKEN: metricsToken });
  [ann, ben] = await Promise.all([feed.person("ann"), feed.person("ben")]);
});
afterAll(async () => {
  await feed.close();
  collector.close();
});

const traceId = (n: number) => n.toString(16).padStart(32, "0");
const metricsToken = "a-token-for-these-tests";
const traceparent = (n: number) => `00-${traceId(n)}-00000000000000aa-01`;
const ofTrace = (n: number) => spans.filter((span) => span.traceId === traceId(n));
const named = (n: number, name: string) => ofTrace(n).filter((span) => span.name === name);

/** The spans that lead from this one to the root of its trace. */
function ancestors(span: Span): Span[] {
  const parent = spans.find((other) => other.spanId === span.parentSpanId);
  return parent ? [parent, ...ancestors(parent)] : [];
}

describe("a trace", () => {
  test("leads from a request through the services, the outbox row and the bus to the delivery", async () => {
    const { body: post } = await ann.post("/api/v1/posts", { content: "Traced", postType: "TEXT" });
    const stream = await fetch(`${feed.url}/api/sse/comments/${post.id}`, { headers: { authorization: `Bearer ${ann.token}` } });
    await ben.post(`/api/v1/posts/${post.id}/comments`, { content: "Hello" }, { traceparent: traceparent(1) });
    const delivered = await eventually(() => {
      const [span] = named(1, "deliver");
      if (!span) throw new Error(`only ${ofTrace(1).map(({ name }) => name)}`);
      return span;
    });
    await stream.body?.cancel();
    const [edge, service] = named(1, "POST /api/v1/posts/:id/comments").toSorted((a, b) => a.startedAt - b.startedAt);
    // The gateway's span belongs to the client's trace, the service's to the gateway's call.
    expect(edge?.parentSpanId).toBe("00000000000000aa");
    expect(service && ancestors(service).map(({ name }) => name)).toEqual(["POST comment-service", "POST /api/v1/posts/:id/comments"]);
    expect(named(1, "POST post-service").length, "the call that asks who may see the post").toBeGreaterThan(0);
    expect(named(1, "publish").length).toBeGreaterThan(0);
    // A lone event is handled in its own trace.
    expect(ancestors(delivered).map(({ name }) => name)).toContain("process notification-service.events");
  });

  test("begins at the gateway where a client brings none, or one that is malformed", async () => {
    const before = spans.length;
    await ann.get("/api/v1/users/search?q=nobody", { traceparent: "00-zz-zz-01" });
    const [root] = await eventually(() => {
      const found = spans.slice(before).filter(({ name, parentSpanId }) => name === "GET /api/v1/users/search" && !parentSpanId);
      if (found.length === 0) throw new Error("no span yet");
      return found;
    });
    expect(root?.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  test("holds no secret and no query", async () => {
    await feed.call("POST", "/api/auth/login", { email: ann.email, password: ann.password }, { traceparent: traceparent(3) });
    await eventually(() => expect(named(3, "POST /api/auth/login").length).toBe(2));
    const text = JSON.stringify(spans);
    for (const secret of [ann.password, ann.token, ann.refreshToken, "nobody"]) expect(text).not.toContain(secret);
  });

  test("polling and health checks are in none", async () => {
    await feed.call("GET", "/health", undefined, { traceparent: traceparent(4) });
    await feed.call("GET", "/api/v1/posts", undefined, { traceparent: traceparent(5) });
    await eventually(() => expect(named(5, "GET /api/v1/posts").length).toBe(2));
    expect(ofTrace(4)).toEqual([]);
    expect(spans.filter(({ name, parentSpanId }) => name.includes("/internal/") && !parentSpanId)).toEqual([]);
  });
});

test("a collector that is away disturbs nothing", async () => {
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
  const { status } = await ann.post("/api/v1/posts", { content: "Untraced", postType: "TEXT" });
  expect(status).toBe(201);
});

test("of each bucket of times the metrics name a trace that fell into it, to those who read OpenMetrics", async () => {
  await feed.call("GET", "/api/v1/posts", undefined, { traceparent: traceparent(77) });
  const read = async (accept: string) => {
    const { headers, body } = await feed.call("GET", "/metrics", undefined, { accept, authorization: `Bearer ${metricsToken}` });
    return { type: headers.get("content-type"), text: body as string };
  };
  const open = await read("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
  expect(open.type).toMatch(/^application\/openmetrics-text/);
  const named = `^newfeed_http_request_seconds_bucket\\{.*\\} \\d+ # \\{trace_id="${traceId(77)}"\\} [\\d.e-]+ [\\d.]+$`;
  expect(open.text).toMatch(new RegExp(named, "m"));
  expect(open.text).toMatch(/^# TYPE newfeed_problems counter$/m);
  expect(open.text).toMatch(/\n# EOF\n$/);
  const plain = await read("text/plain");
  expect([plain.type, plain.text]).toEqual([expect.stringMatching(/^text\/plain/), expect.not.stringContaining("trace_id")]);
  expect(plain.text).toMatch(/^# TYPE newfeed_problems_total counter$/m);
  expect(plain.text).toMatch(/^newfeed_http_request_seconds_bucket\{.*\} \d+$/m);
  expect(plain.text).not.toContain("# EOF");
});
