import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { describe, type TestContext, test } from "vitest";
import { refuseSlowBodies } from "./slow-bodies.ts";

const [windowMs, windowBytes] = [1_000, 1_000];
/** Runs when the test is over, the last one first. */
type Closers = TestContext["onTestFinished"];

async function serve(handle: RequestListener, onTestFinished: Closers): Promise<Server> {
  const server = createServer(handle);
  refuseSlowBodies(server, { windowMs, windowBytes });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return server;
}

const readAll: RequestListener = async (request, response) => {
  try {
    const body = await request.toArray();
    response.end(`${Buffer.concat(body).length} bytes`);
  } catch {
    response.destroy();
  }
};

/** A client that sends the head of a body, and collects what it receives. */
async function begin(server: Server, framing: string, onTestFinished: Closers): Promise<{ socket: Socket; received: () => string; closed: Promise<unknown> }> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => {});
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  socket.write(`POST / HTTP/1.1\r\nhost: x\r\n${framing}\r\n\r\n`);
  onTestFinished(() => {
    socket.destroy();
  });
  return { socket, received: () => text, closed: new Promise((resolve) => socket.once("close", resolve)) };
}

const chunk = (bytes: number) => `${bytes.toString(16)}\r\n${"x".repeat(bytes)}\r\n`;

// They wait for seconds each, side by side.
describe.concurrent("a body that arrives too slowly", () => {
  test.for(["content-length: 5000", "transfer-encoding: chunked"])(
    "gets 408, and the connection is closed: %s",
    async (framing, { expect, onTestFinished }) => {
      const { socket, received, closed } = await begin(await serve(readAll, onTestFinished), framing, onTestFinished);
      const drip = setInterval(() => socket.write(framing.startsWith("content") ? "x" : chunk(1)), 20);
      await closed;
      clearInterval(drip);
      expect(received()).toMatch(/^HTTP\/1.1 408 Request Timeout[\s\S]*connection: close[\s\S]*"code":"request_timeout"/i);
    },
  );

  test("is cut when its answer has begun", async ({ expect, onTestFinished }) => {
    const server = await serve((request, response) => {
      request.resume();
      response.write("so far");
    }, onTestFinished);
    const { received, closed } = await begin(server, "content-length: 5000", onTestFinished);
    await closed;
    expect(received()).toMatch(/^HTTP\/1.1 200 OK[\s\S]*so far/);
  });

  test("is noticed although it began quickly", async ({ expect, onTestFinished }) => {
    const { socket, received, closed } = await begin(await serve(readAll, onTestFinished), "content-length: 50000", onTestFinished);
    socket.write("x".repeat(40_000));
    await closed;
    expect(received()).toMatch(/^HTTP\/1.1 408 /);
  });
});

test.concurrent("one that is slow but fast enough is read to its end", async ({ expect, onTestFinished }) => {
  const { socket, received } = await begin(await serve(readAll, onTestFinished), "transfer-encoding: chunked", onTestFinished);
  let parts = 0;
  const send = setInterval(() => socket.write(++parts < 16 ? chunk(windowBytes) : "0\r\n\r\n"), windowMs / 4);
  await expect.poll(received, { timeout: 10 * windowMs }).toContain("15000 bytes");
  clearInterval(send);
});

test.concurrent("time in which the server does not read is not counted", async ({ expect, onTestFinished }) => {
  let request: IncomingMessage | undefined;
  const server = await serve((incoming, response) => {
    request = incoming;
    incoming.once("end", () => response.end("all of it"));
  }, onTestFinished);
  const { socket, received } = await begin(server, "content-length: 5000000", onTestFinished);
  socket.write("x".repeat(5_000_000));
  const began = performance.now();
  await expect.poll(() => performance.now() - began, { timeout: 10 * windowMs }).toBeGreaterThan(4 * windowMs);
  expect(received()).toBe("");
  request?.resume();
  await expect.poll(received).toContain("all of it");
});
