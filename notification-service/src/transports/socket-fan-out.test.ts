import { createServer } from "node:http";
import { type AddressInfo, Socket as NetSocket } from "node:net";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import fc from "fast-check";
import { Server, type Socket } from "socket.io";
import { type Socket as Client, io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { encodeEvent, fanOut, handOver, queuedBytes, type Receiver, type Session, wireOf } from "./socket-fan-out.ts";

const http = createServer();
// Pings as often as can be, so that they fall between everything else.
const server = new Server(http, { serveClient: false, perMessageDeflate: false, pingInterval: 10, pingTimeout: 5_000 });
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await server.close();
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

interface Pair {
  server: Socket;
  receiver: Receiver;
  client: Client;
  /** What the client got, in order. */
  seen: unknown[];
}

/** A stock client, and its receiver. */
async function connect(options: Parameters<typeof io>[1] = { transports: ["websocket"] }): Promise<Pair> {
  const connected = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const client = io(url, { forceNew: true, reconnection: false, ...options });
  const socket = await connected;
  const seen: unknown[] = [];
  client.onAny((_event, value: unknown) => seen.push(value));
  await eventually(() => expect(client.connected).toBe(true));
  const receiver = {
    session: socket.conn as unknown as Session,
    get wire() {
      return wireOf(socket.conn);
    },
  };
  return { server: socket, receiver, client, seen };
}

/** The stream beneath the client's WebSocket. */
const wireOfClient = (client: Client) => (client.io.engine.transport as unknown as { ws: { _socket: NetSocket } }).ws._socket;

describe("fanning out to sockets", () => {
  test("keeps its order with whatever else is sent, to clients on every transport", async () => {
    // One after the other: the server reports connections as they open.
    const pairs = [await connect(), await connect({ transports: ["polling"] }), await connect({ transports: ["polling", "websocket"] })];
    const step = fc.oneof(fc.constant("emit" as const), fc.constant("turn" as const), fc.constant("replay" as const), fc.integer({ min: 1, max: 5 }));
    let number = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const sent: number[] = [];
        const next = () => {
          sent.push(++number);
          return number;
        };
        for (const pair of pairs) pair.seen.length = 0;
        for (const each of steps)
          if (each === "turn") await turn();
          else if (each === "emit") {
            const value = next();
            for (const pair of pairs) pair.server.emit("plain", value);
          } else if (each === "replay") {
            const packets = [encodeEvent("replayed", next()), encodeEvent("replayed", next())];
            await Promise.all(pairs.map((pair) => handOver(packets, pair.receiver)));
          } else
            fanOut(
              Array.from({ length: each }, () => encodeEvent("entry", next())),
              pairs.map(({ receiver }) => receiver),
            );
        await eventually(() => {
          for (const { seen } of pairs) expect(seen).toEqual(sent);
        });
      }),
      { numRuns: 30 },
    );
    for (const { client } of pairs) client.close();
  });

  test("brings packets of every length", async () => {
    const pair = await connect();
    const texts = [0, 1, 110, 111, 112, 113, 120, 125, 126, 65_520, 65_525, 65_530, 65_535, 65_536, 70_000].map((length) => "é".repeat(length / 2));
    fanOut(
      texts.map((text) => encodeEvent("entry", text)),
      [pair.receiver],
    );
    await eventually(() => expect(pair.seen).toEqual(texts));
    pair.client.close();
  });

  test("writes once to each client, however many packets there are", async () => {
    const pairs = [await connect(), await connect(), await connect()];
    await eventually(() => {
      for (const { receiver } of pairs) expect(queuedBytes(receiver)).toBe(0);
    });
    const writes = vi.spyOn(NetSocket.prototype, "write");
    fanOut(
      Array.from({ length: 16 }, (_, index) => encodeEvent("entry", index)),
      pairs.map(({ receiver }) => receiver),
    );
    expect(writes).toHaveBeenCalledTimes(pairs.length);
    expect(new Set(writes.mock.calls.map(([data]) => data)).size).toBe(1);
    writes.mockRestore();
    await eventually(() => {
      for (const { seen } of pairs) expect(seen).toHaveLength(16);
    });
    for (const { client } of pairs) client.close();
  });

  test("queues for a client that stops reading, counts what waits, and overtakes nothing when it reads again", async () => {
    const pair = await connect();
    wireOfClient(pair.client).pause();
    const text = "x".repeat(100_000);
    let sent = 0;
    // The kernel takes some megabytes first.
    await eventually(async () => {
      for (let times = 0; times < 20; times++) fanOut([encodeEvent("entry", `${++sent} ${text}`)], [pair.receiver]);
      expect(queuedBytes(pair.receiver)).toBeGreaterThan(1_000_000);
    });
    pair.server.emit("plain", "between");
    fanOut([encodeEvent("entry", "after")], [pair.receiver]);
    wireOfClient(pair.client).resume();
    const numbers = Array.from({ length: sent }, (_, index) => `${index + 1}`);
    await eventually(() => expect(pair.seen.map((value) => String(value).split(" ")[0])).toEqual([...numbers, "between", "after"]));
    expect(queuedBytes(pair.receiver)).toBe(0);
    pair.client.close();
  });

  test("writes nothing beneath a session that is being closed", async () => {
    const pair = await connect();
    const { wire } = pair.receiver;
    pair.client.close();
    await eventually(() => expect(pair.server.connected).toBe(false));
    const write = vi.spyOn(wire as NetSocket, "write");
    fanOut([encodeEvent("entry", 1)], [{ session: pair.receiver.session, wire }]);
    expect(write).not.toHaveBeenCalled();
  });
});
