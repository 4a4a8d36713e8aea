import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { type ServiceName, serviceNames } from "@newfeed/shared/contracts/services.ts";
import type { Upstream } from "@newfeed/shared/ports/upstream.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { type OtherGateway, openGateway } from "./support/gateway.ts";

let feed: TestFeed;
let gateway: OtherGateway;
let john: Person;
let postId: string;
/** What the gateway has begun to send to services. */
const calls: string[] = [];

function recorded(upstream: Upstream): Upstream {
  return {
    ...upstream,
    get breaker() {
      return upstream.breaker;
    },
    request: (request) => upstream.request(request),
    pass(request, receiver) {
      calls.push(`${request.method} ${request.path}`);
      return upstream.pass(request, receiver);
    },
  };
}

beforeAll(async () => {
  feed = await startTestFeed();
  john = await feed.person("john");
  postId = await createPost(john);
  const upstreams = Object.fromEntries(serviceNames.map((name) => [name, recorded(feed.platform.upstreams[name])])) as Record<ServiceName, Upstream>;
  gateway = await openGateway(feed, { upstreams, trustedProxies: ["127.0.0.1"] });
});
afterAll(async () => {
  await gateway.close();
  await feed.close();
});

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  calls.length = 0;
});

/** Begins a request whose body is sent by hand. */
async function begin(path: string, headers: Record<string, string>, first = ""): Promise<{ socket: Socket; received: () => string }> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  socket.on("error", () => {});
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await once(socket, "connect");
  const lines = Object.entries({ host: "localhost", authorization: `Bearer ${john.token}`, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  await new Promise((resolve) => socket.write(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n${first}`, resolve));
  return { socket, received: () => text };
}

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const json = { "content-type": "application/json" };

describe("a body of JSON", () => {
  const content = JSON.stringify({ content: "slowly" });

  test("takes no connection to a service before it is complete, however it is framed", async () => {
    const path = `/api/v1/posts/${postId}/comments`;
    const chunked = { ...json, "transfer-encoding": "chunked" };
    const slow = await Promise.all(Array.from({ length: 50 }, () => begin(path, chunked, chunk(content.slice(0, 5)))));
    // As long as the gateway buffers, and longer than it used to.
    const long = await begin(path, { ...json, "content-length": String(bounds.jsonBodyBytes) }, `{"content":"${"x".repeat(70_000)}`);
    expect((await gateway.call("GET", `/api/v1/posts/${postId}`)).status).toBe(200);
    expect(calls).toEqual([`GET /api/v1/posts/${postId}`]);

    const [first] = slow;
    first?.socket.write(`${chunk(content.slice(5))}0\r\n\r\n`);
    await eventually(() => expect(first?.received()).toMatch(/^HTTP\/1.1 201 /));
    expect(calls).toEqual([`GET /api/v1/posts/${postId}`, `POST ${path}`]);
    long.socket.destroy();
  });

  test("that is too long is refused at the gateway, before all of it has come", async () => {
    const path = `/api/v1/posts/${postId}/comments`;
    const declared = await begin(path, { ...json, "content-length": String(bounds.jsonBodyBytes + 1) });
    const chunked = await begin(path, { ...json, "transfer-encoding": "chunked" }, chunk(`{"content":"${"x".repeat(bounds.jsonBodyBytes)}`));
    for (const { socket, received } of [declared, chunked]) {
      await eventually(() => expect(received()).toMatch(/^HTTP\/1.1 413 [\s\S]*connection: close[\s\S]*"code":"payload_too_large"/i));
      await eventually(() => expect(socket.destroyed || socket.readableEnded).toBe(true));
    }
    expect(calls).toEqual([]);
  });

  test("of the longest kind passes", async () => {
    const body = { content: "x", surplus: "x".repeat(bounds.jsonBodyBytes - 50) };
    expect(await gateway.call("POST", `/api/v1/posts/${postId}/comments`, body, { authorization: `Bearer ${john.token}` })).toMatchObject({
      status: 400,
      body: { code: "validation_failed" },
    });
  });
});

describe("uploads", () => {
  const part = '--b\r\ncontent-disposition: form-data; name="image"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n';
  const form = { "content-type": "multipart/form-data; boundary=b", "content-length": "1000000" };

  test("of one user take a few connections at a time; another user's goes through meanwhile", async () => {
    const mary = await feed.person("mary");
    await Promise.all(Array.from({ length: 12 }, () => begin("/api/media/upload/image", form, part)));
    await eventually(() => expect(calls).toHaveLength(4));
    const form2 = new FormData();
    form2.set("image", new Blob(["no picture"]), "a.png");
    expect((await gateway.call("POST", "/api/media/upload/image", form2, { authorization: `Bearer ${mary.token}` })).status).toBe(415);
    expect(calls).toHaveLength(5);

    // Those that leave make room for those that wait.
    for (const socket of sockets.splice(0, 4)) socket.destroy();
    await eventually(() => expect(calls).toHaveLength(9));
    expect(feed.platform.upstreams["media-service"].breaker.failures).toBe(0);
  });

  test("from one network leave most connections to others, however many users they are of", async () => {
    const [here, there] = ["203.0.113.7", "203.0.113.8"].map((address) => ({ "x-forwarded-for": address }));
    const users = await Promise.all(Array.from({ length: 5 }, () => feed.person("one_of_many")));
    for (const { token } of users)
      for (let count = 0; count < 4; count++) await begin("/api/media/upload/image", { ...form, ...here, authorization: `Bearer ${token}` }, part);
    await eventually(() => expect(calls).toHaveLength(16));
    await begin("/api/media/upload/image", { ...form, ...there }, part);
    await eventually(() => expect(calls).toHaveLength(17));
  });
});
