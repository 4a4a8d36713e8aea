import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { ProblemDocument } from "../contracts/errors.ts";
import { createEveryAnswer } from "../http/every-answer.ts";
import { type Listener, type ListenOptions, listen } from "./listen.ts";

const open: Listener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close({ graceMs: 0 });
});

async function serve(options: ListenOptions): Promise<number> {
  const listener = await listen(options, { host: "127.0.0.1", port: 0 });
  open.push(listener);
  return listener.port;
}

const stalledMs = 1_000;

test("a client that does not read its answer is cut; one that reads slowly gets all of it", async () => {
  const bytes = 32 * 1024 * 1024;
  const cut: string[] = [];
  const port = await serve({
    stalledMs,
    handle(request, response) {
      response.once("close", () => response.writableFinished || cut.push(request.url ?? ""));
      response.end(Buffer.alloc(bytes));
    },
  });
  const ask = (path: string) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {}).write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    return socket;
  };
  const [idle, slow] = [ask("/idle"), ask("/slow")];
  idle.pause();
  let received = 0;
  slow.on("data", (chunk: Buffer) => {
    received += chunk.length;
    slow.pause();
  });
  const reads = setInterval(() => slow.resume(), 5);
  await Promise.all([once(slow, "end"), expect.poll(() => cut, { timeout: 20 * stalledMs }).toEqual(["/idle"])]);
  clearInterval(reads);
  expect(received).toBeGreaterThan(bytes);
  idle.destroy();
});

test("what comes after the beginning of an answer, and is no request, cuts the answer and adds nothing to it", async () => {
  const port = await serve({
    handle(request, response) {
      request.on("error", () => {}).resume();
      response.write("so far");
    },
  });
  const socket = connect(port, "127.0.0.1");
  let received = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    received += text;
    if (received.endsWith("so far\r\n")) socket.write("no chunk\r\n");
  });
  socket.on("error", () => {}).write("POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
  await once(socket, "close");
  expect(received).toMatch(/^HTTP\/1\.1 200 .*so far\r\n$/s);
});

test("headers that do not arrive in time are answered 408, with an id and the headers of every answer", async () => {
  const port = await serve({ headersMs: 200, everyAnswer: createEveryAnswer([]), handle: (_request, response) => response.end() });
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {}).write("GET / HTTP/1.1\r\nhost: x\r\n");
  const [head = "", body = ""] = (await socket.setEncoding("utf8").toArray()).join("").split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  const { code, correlationId } = ProblemDocument.parse(JSON.parse(body));
  expect(code).toBe("request_timeout");
  expect(head.split("\r\n")).toEqual(expect.arrayContaining([`x-correlation-id: ${correlationId}`, "x-content-type-options: nosniff", "connection: close"]));
});

test("an announced end waits for kept-alive connections, and for no longer than there are some", async () => {
  const listener = await listen({ handle: (_request, response) => response.end("served") }, { host: "127.0.0.1", port: 0 });
  const socket = connect(listener.port, "127.0.0.1");
  await once(socket, "connect");
  const closing = listener.close({ announceMs: 600_000 });
  const answer = (await socket.end("GET / HTTP/1.1\r\nhost: x\r\n\r\n").setEncoding("utf8").toArray()).join("");
  expect(answer).toMatch(/^HTTP\/1\.1 200 .*connection: close.*served/is);
  await closing;
});

test("a connection that became a socket is cut at the end, if nobody has closed it", async () => {
  const upgrade: ListenOptions["upgrade"] = (_request, socket) => void socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
  const listener = await listen({ handle: () => {}, upgrade }, { host: "127.0.0.1", port: 0 });
  const socket = connect(listener.port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
  await once(socket, "data");
  const closed = once(socket, "close");
  await listener.close({ graceMs: 10 });
  expect(await closed).toEqual([false]);
});
