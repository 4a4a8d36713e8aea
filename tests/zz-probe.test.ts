import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEvents, openSocket } from "./clients.ts";
import { startTestFeed, type TestFeed } from "./feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(async () => {
  const t = Date.now();
  await feed.close();
  console.log("close ms", Date.now() - t);
});

test("aborted openings leak", async () => {
  expect(1).toBe(1);
  const alice = await feed.person("alice");
  const port = Number(new URL(feed.url).port);
  for (let i = 0; i < 60; i++) {
    await new Promise<void>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.write(`GET /api/sse/notifications HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${alice.token}\r\n\r\n`);
        setTimeout(() => {
          socket.destroy();
          resolve();
        }, i % 6);
      });
    });
  }
  await new Promise((r) => setTimeout(r, 300));
  const answer = await fetch(`${feed.url}/api/sse/notifications`, { headers: { authorization: `Bearer ${alice.token}` } });
  console.log("after aborts", answer.status);
  await answer.body?.cancel();
});

test("double logout", async () => {
  expect(1).toBe(1);
  const codes: number[] = [];
  for (let i = 0; i < 5; i++) {
    const alice = await feed.person("alice");
    codes.push(...(await Promise.all([1, 2, 3].map(() => alice.post("/api/auth/logout")))).map((a) => a.status));
  }
  console.log("logouts", codes.join());
  const bob = await feed.person("bob");
  console.log("deletes", (await Promise.all([1, 2, 3].map(() => bob.delete("/api/auth/me", { password: bob.password })))).map((a) => a.status).join());
});

test("email username", async () => {
  expect(1).toBe(1);
  const a = await feed.call("POST", "/api/auth/signup", { username: "email_bob", email: "x1@test.com", password: "Test123" });
  const b = await feed.call("POST", "/api/auth/signup", { username: "email_bob", email: "x2@test.com", password: "Test123" });
  const c = await feed.call("POST", "/api/auth/signup", { username: "username_x", email: "x1@test.com", password: "Test123" });
  console.log("taken", a.status, b.body.code, c.body.code);
});

test("login flood", async () => {
  expect(1).toBe(1);
  const f2 = await startTestFeed({ RATE_LIMIT_FACTOR: "1" });
  const eve = await f2.person("eve");
  const all = await Promise.all(Array.from({ length: 40 }, () => f2.call("POST", "/api/auth/login", { email: eve.email, password: "wrong12" })));
  console.log(
    "login flood",
    JSON.stringify(
      Object.groupBy(
        all.map((a) => a.status),
        (s) => String(s),
      ),
      (k, v) => (Array.isArray(v) ? v.length : v),
    ),
  );
  await f2.close();
});

test("open sse at close", async () => {
  expect(1).toBe(1);
  const alice = await feed.person("alice");
  await openEvents(feed, alice, "/api/sse/notifications");
});
test("abort posts open the breaker?", async () => {
  expect(1).toBe(1);
  const alice = await feed.person("alice");
  const port = Number(new URL(feed.url).port);
  await Promise.all(
    Array.from(
      { length: 60 },
      (_, i) =>
        new Promise<void>((resolve) => {
          const socket = connect(port, "127.0.0.1", () => {
            socket.write(
              `POST /api/v1/posts HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\nauthorization: Bearer ${alice.token}\r\n\r\n{"content":`,
            );
            setTimeout(() => {
              socket.destroy();
              resolve();
            }, i % 12);
          });
        }),
    ),
  );
  await new Promise((r) => setTimeout(r, 300));
  console.log(JSON.stringify((await feed.call("GET", "/health/circuit-breakers")).body.breakers.map((b: any) => [b.service, b.state, b.calls, b.failures])));
});
test("head", async () => {
  expect(1).toBe(1);
  const alice = await feed.person("alice");
  const req = httpRequest(`${feed.url}/api/sse/notifications`, { method: "HEAD", headers: { authorization: `Bearer ${alice.token}` } });
  const t = Date.now();
  const status = await new Promise((resolve) => {
    req.on("response", (r) => {
      resolve(r.statusCode);
      r.resume();
      r.on("end", () => console.log("head ended", Date.now() - t));
    });
    req.end();
  });
  console.log("head", status);
  req.destroy();
});
