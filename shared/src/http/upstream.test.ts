import { mkdtempSync, rmSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import express from "express";
import { afterEach, expect, test } from "vitest";
import { Problem } from "../contracts/errors.ts";
import { listen } from "../runtime/listen.ts";
import { createLogger } from "../runtime/logger.ts";
import { eventually } from "../testing/eventually.ts";
import { recordedLogger } from "../testing/recorded-logger.ts";
import { problemHandler } from "./problems.ts";
import { createUpstream } from "./upstream.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function upstreamOf(handle: RequestListener, timeoutMs: number) {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-upstream-"));
  closers.push(() => rmSync(directory, { recursive: true, force: true }));
  const listener = await listen({ handle }, `unix:${directory}/service.sock`);
  closers.push(() => listener.close({ graceMs: 0 }));
  const upstream = createUpstream("media-service", `unix:${directory}/service.sock`, { limits: { timeoutMs, errorPercentage: 50, resetMs: 1_000 } });
  closers.push(() => upstream.close());
  return upstream;
}

/** A client on a slow line: ten pieces, 40 ms apart. */
async function* slowly() {
  for (let piece = 0; piece < 10; piece++) {
    await sleep(40);
    yield Buffer.from("piece");
  }
}

test("a client may take its time to send: the service's time counts from the end of the body", async () => {
  const upstream = await upstreamOf((request, response) => request.resume().once("end", () => response.end("thanks")), 150);
  const answer = await upstream.request({ method: "POST", path: "/", headers: {}, body: Readable.from(slowly()) });
  expect(await answer.body.text()).toBe("thanks");
});

test("a service that has the whole request and does not answer in time is given up", async () => {
  const upstream = await upstreamOf(() => {}, 150);
  for (const body of ["all at once", Readable.from(["all", "at", "once"])])
    await expect(upstream.request({ method: "POST", path: "/", headers: {}, body })).rejects.toMatchObject({ code: "upstream_timeout" });
});

/** A service whose readiness and answers the test sets. */
async function unreliable() {
  const service = { ready: 200, answer: 200, checks: 0 };
  const { logger, lines } = recordedLogger();
  const directory = mkdtempSync(join(tmpdir(), "newfeed-upstream-"));
  closers.push(() => rmSync(directory, { recursive: true, force: true }));
  const at = `unix:${directory}/service.sock` as const;
  const start = async () => {
    const handle: RequestListener = (request, response) => {
      const isCheck = request.url === "/health/ready";
      if (isCheck) service.checks++;
      response.writeHead(isCheck ? service.ready : service.answer).end();
    };
    const listener = await listen({ handle }, at);
    closers.push(() => listener.close({ graceMs: 0 }));
    return listener;
  };
  const upstream = createUpstream("media-service", at, { limits: { timeoutMs: 1_000, errorPercentage: 50, resetMs: 60_000 }, logger });
  closers.push(() => upstream.close());
  const call = async () => {
    const { status, body } = await upstream.request({ method: "GET", path: "/", headers: {} });
    await body.text();
    return status;
  };
  const open = async () => {
    for (let left = 12; left > 0; left--) await call().catch(() => {});
    expect(upstream.breaker.state).toBe("open");
  };
  return { service, start, upstream, call, open, lines };
}

test("a breaker that opened because nothing listened closes once something does, long before its time", async () => {
  const { start, upstream, call, open, lines } = await unreliable();
  await open();
  for (let left = 50; left > 0; left--) await expect(call()).rejects.toMatchObject({ code: "service_unavailable", logged: false });
  await start();
  await eventually(() => expect(upstream.breaker.state).toBe("closed"), 3_000);
  expect(await call()).toBe(200);
  expect(lines).toMatchObject([
    { level: "warn", message: "a breaker opened", fields: { upstream: "media-service", reason: expect.stringContaining("cannot be reached") } },
    { level: "info", message: "a breaker closed", fields: { upstream: "media-service" } },
  ]);
});

test("so does one whose service said that it was not ready, and then that it is", async () => {
  const { service, start, upstream, call, open } = await unreliable();
  await start();
  Object.assign(service, { ready: 503, answer: 503 });
  await open();
  await eventually(() => expect(service.checks).toBe(1));
  Object.assign(service, { ready: 200, answer: 200 });
  await eventually(() => expect(upstream.breaker.state).toBe("closed"), 3_000);
  expect(await call()).toBe(200);
});

test("one whose service is ready and answers 503 tries again within seconds; one that fails otherwise waits for its time", async () => {
  const { service, start, upstream, call, open } = await unreliable();
  await start();
  service.answer = 503;
  await open();
  await expect(call()).rejects.toMatchObject({ code: "service_unavailable", retryAfter: 2 });
  service.answer = 200;
  await eventually(async () => expect(await call()).toBe(200), 5_000);
  expect(upstream.breaker.state).toBe("closed");
  service.answer = 500;
  await open();
  await expect(call()).rejects.toMatchObject({ code: "service_unavailable", retryAfter: 60 });
});

test("a service that passes on another's failure is not blamed for it", async () => {
  const logger = createLogger({ level: "error", json: false });
  let error: Error = new Problem("service_unavailable", { internal: "post-service cannot be reached" });
  const app = express()
    .get("/", () => {
      throw error;
    })
    .use(problemHandler({ ...logger, error: () => {} }));
  const upstream = await upstreamOf(app, 1_000);
  const ask = async (times: number) => {
    for (let left = times; left > 0; left--) {
      const { status, headers, body } = await upstream.request({ method: "GET", path: "/", headers: {} });
      await body.text();
      expect([status, headers["x-failed-upstream"]]).toEqual([503, undefined]);
    }
  };
  await ask(12);
  expect(upstream.breaker.state).toBe("closed");
  error = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  await expect(ask(20)).rejects.toThrow();
  expect(upstream.breaker.state).toBe("open");
});

test("while one instance of three is there, every call reaches it", async () => {
  const listeners = await Promise.all(
    [1, 2, 3].map(() => listen({ handle: (request, response) => void request.pipe(response) }, { host: "127.0.0.1", port: 0 })),
  );
  const upstream = createUpstream("comment-service", listeners.map(({ port }) => `http://127.0.0.1:${port}`).join(","));
  closers.push(() => upstream.close());
  const [staying, ...leaving] = listeners;
  closers.push(() => staying?.close({ graceMs: 0 }));
  await Promise.all(leaving.map((listener) => listener.close({ graceMs: 0 })));
  const call = async (body: string | Readable) => (await upstream.request({ method: "POST", path: "/", headers: {}, body })).body.text();
  for (let round = 0; round < 20; round++)
    expect(await Promise.all([call("whole"), call(Readable.from(["in", " pieces"])), call("whole")])).toEqual(["whole", "in pieces", "whole"]);
  expect(upstream.breaker).toMatchObject({ state: "closed", failures: 0 });
});
