import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { type Http2Listener, listenHttp2 } from "./listen-http2.ts";

const at = { host: "127.0.0.1", port: 0 };
let listener: Http2Listener;
afterEach(() => listener.close({ graceMs: 0 }));

/** Answers with pieces that never end, and counts the answers that are open. */
async function listenWithStreams(piece: Buffer) {
  let open = 0;
  let waits = false;
  listener = await listenHttp2(
    {
      handle(_request, response) {
        open++;
        response.writeHead(200);
        const timer = setInterval(() => {
          waits = !response.write(piece);
        }, 20);
        response.once("close", () => {
          clearInterval(timer);
          open--;
        });
      },
      everyAnswer: undefined,
      stalledMs: 300,
    },
    at,
  );
  return { open: () => open, waits: () => waits };
}

test("a client that reads gets an answer for as long as it stays; one that stops reading, and does not say so, is cut", async () => {
  const streams = await listenWithStreams(Buffer.alloc(64 * 1024));
  const session = connectHttp2(`http://127.0.0.1:${listener.port}`);
  session.on("error", () => {});
  const [reads, stops] = [session.request(), session.request()];
  let received = 0;
  reads.on("data", (chunk: Buffer) => {
    received += chunk.length;
  });
  for (const stream of [reads, stops]) stream.on("error", () => {}).end();
  await eventually(() => expect(streams.waits()).toBe(true));
  await eventually(() => expect(streams.open()).toBe(1));
  const before = received;
  await eventually(() => expect(received).toBeGreaterThan(before));
  session.destroy();
});

test("an answer ends when its client vanishes in the middle of it, over HTTP/2 and HTTP/1.1", async () => {
  const streams = await listenWithStreams(Buffer.from("a piece"));
  const session = connectHttp2(`http://127.0.0.1:${listener.port}`);
  session.on("error", () => {});
  session
    .request()
    .on("error", () => {})
    .end();
  const socket: Socket = connect(listener.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  await eventually(() => expect(streams.open()).toBe(2));
  session.socket.destroy();
  socket.destroy();
  await eventually(() => expect(streams.open()).toBe(0));
});

test("a call whose client sends no more of it is ended", async () => {
  const ended = Promise.withResolvers<void>();
  listener = await listenHttp2({ handle: (_request, response) => void response.once("close", ended.resolve), everyAnswer: undefined, stalledMs: 100 }, at);
  const session = connectHttp2(`http://127.0.0.1:${listener.port}`);
  session.on("error", () => {});
  const call = session.request({ ":method": "POST" });
  call.on("error", () => {}).write("the beginning");
  await expect(ended.promise).resolves.toBeUndefined();
  session.destroy();
});
