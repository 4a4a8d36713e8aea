import type { RequestListener } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { postInternalRoutes } from "../contracts/routes/posts-internal.ts";
import type { RouteCaller } from "../ports/upstream.ts";
import { type Http2Listener, listenHttp2 } from "../runtime/listen-http2.ts";
import { createLogger } from "../runtime/logger.ts";
import { eventually } from "../testing/eventually.ts";
import { createRouteCaller } from "./route-caller.ts";
import { createServiceGrpc } from "./service-server.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const { access } = postInternalRoutes;
const answers: RequestListener = (_request, response) => response.writeHead(200).end("{}");

/** A service's port for gRPC, which its successor may share. */
async function serve(handle: RequestListener = answers, port = 0): Promise<Http2Listener> {
  const service = { name: access.service, handle, routes: new Map([[access.name, access]]), logger: createLogger({ level: "error", json: false }) };
  const listener = await listenHttp2({ handle: createServiceGrpc(service), everyAnswer: undefined }, { host: "127.0.0.1", port, reusePort: true });
  closers.push(() => listener.close({ graceMs: 0 }));
  return listener;
}

function callerOf(port: number, options: Parameters<typeof createRouteCaller>[1] = {}): RouteCaller {
  const caller = createRouteCaller(`http://127.0.0.1:${port}`, options);
  closers.push(() => caller.close());
  return caller;
}

/** The status of a call's answer; null where nobody took it. */
async function call(caller: RouteCaller): Promise<number | null> {
  const given = { route: access.name, params: {}, query: {}, body: JSON.stringify({ viewer: null, postIds: [] }) };
  return (await caller.call(given, {}, { signal: AbortSignal.timeout(10_000), timeoutMs: 10_000 }))?.status ?? null;
}

// Vitest fails of an error that nobody hears, as a process ends of it.
test("a call at any moment of a server's goodbye is answered by its successor, or goes on over HTTP", async () => {
  let current = await serve();
  const caller = callerOf(current.port);
  for (let moment = 0; moment < 12; moment++) {
    expect(await call(caller)).toBe(200);
    const successor = await serve(answers, current.port);
    const closed = current.close({ graceMs: 1_000 });
    for (let turn = 0; turn < moment; turn++) await turnOfTheLoop();
    expect([200, null]).toContain(await call(caller));
    await closed;
    current = successor;
  }
});

test("calls that a server has begun when it says goodbye are answered", async () => {
  const begun: (() => void)[] = [];
  const going = await serve((_request, response) => void begun.push(() => response.writeHead(200).end("{}")));
  const caller = callerOf(going.port);
  const waiting = Promise.all([1, 2, 3].map(() => call(caller)));
  await eventually(() => expect(begun).toHaveLength(3));
  const closed = going.close();
  await serve(answers, going.port);
  expect([200, null]).toContain(await call(caller));
  for (const end of begun) end();
  expect(await waiting).toEqual([200, 200, 200]);
  await closed;
});

test("while nobody listens calls go on over HTTP, and come back as soon as somebody does", async () => {
  const gone = await serve();
  const caller = callerOf(gone.port);
  expect(await call(caller)).toBe(200);
  await gone.close({ graceMs: 0 });
  for (let left = 20; left > 0; left--) expect(await call(caller)).toBeNull();
  await serve(answers, gone.port);
  expect(await call(caller)).toBe(200);
});

test("a connection that is dead and does not say so is given up, and the next call has another", async () => {
  const { port } = await serve();
  const passed: Socket[] = [];
  const link = createServer((client) => {
    const server = connect(port, "127.0.0.1");
    for (const socket of [client, server]) passed.push(socket.on("error", () => {}));
    client.pipe(server).pipe(client);
  });
  await new Promise<void>((resolve) => link.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    for (const socket of passed) socket.destroy();
    link.close();
  });
  const caller = callerOf((link.address() as { port: number }).port, { pingMs: 300 });
  expect(await call(caller)).toBe(200);
  for (const socket of passed) socket.unpipe().pause();
  await expect(call(caller)).rejects.toThrow();
  expect(await call(caller)).toBe(200);
});
