import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Metrics, Sample } from "@newfeed/shared/ports/metrics.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterEach, describe, expect, test } from "vitest";
import { createAdmission } from "./admission.ts";
import { admitHandshakes, type HandshakeOptions } from "./handshakes.ts";

const here = "192.0.2.1";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server whose admission queue is at work until it is released. Clients come from where they say. */
async function busyServer(callerOf: HandshakeOptions["callerOf"] = async () => ({ is: "user" })) {
  const served: string[] = [];
  const handle: RequestListener = (request, response) => {
    served.push(request.url ?? "");
    response.end();
  };
  let queued = () => 0;
  const sample: Metrics["sample"] = (take) => {
    queued = () => (take() as Sample[])[0]?.value ?? 0;
  };
  const admission = createAdmission({ sample }, 60_000);
  const server = createServer();
  const networkOf = ({ headers }: IncomingMessage) => String(headers["x-network"] ?? here);
  const admitted = admitHandshakes(
    { accept: admission.accept, callerOf, networkOf },
    {
      handle,
      upgrade: (request, socket) => {
        served.push(`upgrade ${request.url}`);
        socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n");
      },
    },
  );
  server.on("request", admitted.handle).on("upgrade", admitted.upgrade);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const working = admission.step(here, () => released);
  closers.push(() => working);
  closers.push(release);
  const get = (path: string, network = here) => fetch(`http://127.0.0.1:${port}${path}`, { headers: { "x-network": network } }).then(({ status }) => status);
  return { served, admission, queued, release, get, port };
}

test("a slow step of connection admission delays no other, and still returns its result", async () => {
  const { step } = createAdmission({ sample: () => {} });
  const { promise, resolve } = Promise.withResolvers<string>();
  const slow = step(here, () => promise);
  const refused = step(here, () => Promise.reject(new Error("refused")));
  await expect(refused).rejects.toThrow("refused");
  expect(await step(here, async () => "quick")).toBe("quick");
  resolve("slow");
  expect(await slow).toBe("slow");
});

describe("connection admission", () => {
  test("queues handshakes, and no other request", async () => {
    const { served, release, get } = await busyServer();
    const waiting = Promise.all([get("/api/sse/notifications"), get("/notifications/socket.io/?EIO=4&transport=polling")]);
    expect(await get("/api/v1/notifications")).toBe(200);
    expect(await get("/socket.io/?EIO=4&transport=polling&sid=notification-service-1~abc")).toBe(200);
    expect(served).toHaveLength(2);
    release();
    expect(await waiting).toEqual([200, 200]);
    expect(served).toHaveLength(4);
  });

  test("does nothing for a client that left, or whose connection broke, while it was queued", async () => {
    const { served, release, get, port } = await busyServer();
    const sockets = [
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
      "GET /api/sse/x HTTP/1.1\r\nHost: x\r\n\r\n",
    ].map((request) =>
      connect(port, "127.0.0.1", function (this: import("node:net").Socket) {
        this.write(request, () => this.resetAndDestroy());
      }),
    );
    await eventually(() => expect(sockets.every(({ destroyed }) => destroyed)).toBe(true));
    expect(await get("/api/v1/notifications")).toBe(200);
    release();
    expect(await get("/api/sse/notifications")).toBe(200);
    expect(served).toEqual(["/api/v1/notifications", "/api/sse/notifications"]);
  });

  test("takes networks in turn: one that has a thousand waiting delays no other", async () => {
    const { admission, queued, served, release, get } = await busyServer();
    let done = 0;
    const crowd = Array.from({ length: 1_000 }, () =>
      admission.step(here, async () => {
        done++;
      }),
    );
    const other = get("/api/sse/notifications", "198.51.100.1");
    await eventually(() => expect(queued()).toBe(1_002));
    release();
    expect(await other).toBe(200);
    expect(served).toContain("/api/sse/notifications");
    expect(done).toBeLessThan(100);
    await Promise.all(crowd);
  });

  test("refuses the network with most waiting when the queue is full, not the one that comes", async () => {
    const { admission, release, get } = await busyServer();
    const refused: unknown[] = [];
    for (let count = 0; count < 4_000; count++) void admission.step(here, async () => {}).catch((error: unknown) => refused.push(error));
    const other = get("/api/sse/notifications", "198.51.100.1");
    await eventually(() => expect(refused).toMatchObject([{ code: "service_unavailable" }]));
    release();
    expect(await other).toBe(200);
    expect(refused).toHaveLength(1);
  });

  test("is not waited in by visitors: event streams are refused, and sockets beyond the limit answered 429", async () => {
    const { served, get, port } = await busyServer(async ({ url = "" }) => {
      const allowed = !url.includes("limited");
      return { is: allowed ? "visitor" : "limited", limit: { allowed, limit: 100, remaining: allowed ? 1 : 0, consumed: 99, resetMs: 7_000 } };
    });
    expect(await get("/api/sse/notifications")).toBe(200);
    expect(served).toEqual(["/api/sse/notifications"]);
    for (const path of ["/socket.io/?EIO=4&limited", "/socket.io?EIO=4&limited", "/notifications/socket.io/?x=?sid=1&limited", "/socket.io/?sid=&limited"])
      expect([path, await get(path)]).toEqual([path, 429]);
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /socket.io/?limited HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    expect((await socket.setEncoding("utf8").toArray()).join("")).toMatch(/^HTTP\/1.1 429 [\s\S]*ratelimit: "anonymous";r=0;t=7\r[\s\S]*retry-after: 7\r/);
  });

  test("answers 503 with Retry-After when the queue is full", async () => {
    const { admission, release, get, port } = await busyServer();
    const first = admission.step(here, async () => "served");
    for (let count = 1; count < 4_000; count++) void admission.step(here, async () => {});
    expect(await get("/api/sse/notifications")).toBe(503);
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    const answer = (await socket.setEncoding("utf8").toArray()).join("");
    expect(answer).toMatch(/^HTTP\/1.1 503 [\s\S]*retry-after: 5/);
    release();
    expect(await first).toBe("served");
    expect(await get("/api/sse/notifications", "198.51.100.1")).toBe(200);
  });
});
