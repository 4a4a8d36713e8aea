import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { createOutside, type Lookup, type OutsideBounds, type OutsideOptions } from "./outside.ts";
import { isPublicAddress } from "./public-addresses.ts";

const page: OutsideBounds = { types: ["text/html"], longestBytes: 1_000, cut: true, longestMs: 5_000 };
const userAgent = "NewFeed/1.0 (+https://feed.example.com)";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A stranger's web site on loopback. Gives its port. */
async function site(answer: RequestListener, host = "127.0.0.1"): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}
const html: RequestListener = (_request, response) => void response.setHeader("content-type", "text/html; charset=utf-8").end("<title>Hello</title>");

/** Only this address counts as public. */
const only = (options: Partial<OutsideOptions> = {}) => createOutside({ userAgent, mayConnect: (address) => address === "127.0.0.1", ...options }).fetch;

test.each([
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "100.127.255.255",
  "127.0.0.1",
  "127.255.255.255",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.1",
  "192.0.2.1",
  "192.88.99.1",
  "192.168.0.1",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.1",
  "203.0.113.1",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::7f00:1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "::ffff:0:127.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "3fff::1",
  "fc00::1",
  "fd12:3456::1",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "2606:4700::1111%1",
  "",
  "localhost",
  "127.1",
])("%j is not of the public Internet", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(["1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "223.255.255.255"])(
  "%s is public",
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);
test.each(["2606:4700:4700::1111", "2a00:1450:4001::200e", "2001:4860:4860::8888"])("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  "http://127.0.0.1/",
  "http://127.1/",
  "http://2130706433/",
  "http://0x7f000001/",
  "http://0x7f.0.0.1/",
  "http://0177.0.0.1/",
  "http://017700000001/",
  "http://１２７.０.０.１/",
  "http://127。0。0。1/",
  "http://0/",
  "http://[::1]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[::ffff:7f00:1]/",
  "http://[0:0:0:0:0:ffff:7f00:0001]/",
  "http://[64:ff9b::127.0.0.1]/",
  "http://[2002:7f00:1::]/",
  "http://169.254.169.254/latest/meta-data/",
  "http://localhost/",
  "http://1.1.1.1:22/",
  "https://1.1.1.1:8080/",
])("%s is not called", async (url) => {
  await expect(createOutside({ userAgent }).fetch(url, page)).rejects.toMatchObject({ reason: "address" });
});

test.each([
  "ftp://example.com/",
  "file:///etc/passwd",
  "javascript:1",
  "//example.com",
  "http://",
  "http://user@example.com/",
  "http://:password@example.com/",
])("%s is no URL that is called", async (url) => {
  await expect(createOutside({ userAgent }).fetch(url, page)).rejects.toMatchObject({ reason: "url" });
});

test.each([[["10.0.0.1"]], [["1.1.1.1", "10.0.0.1"]], [["2606:4700::1111", "::1"]]])(
  "a name that is also of a private address is not called: %j",
  async (addresses) => {
    const outside = createOutside({ userAgent, lookup: async () => addresses }).fetch;
    await expect(outside("http://example.com/", page)).rejects.toMatchObject({ reason: "address" });
  },
);

test("what it sends says who we are, and nothing else", async () => {
  let sent: Record<string, unknown> = {};
  const port = await site((request, response) => {
    sent = request.headers;
    html(request, response);
  });
  const answer = await only()(`http://127.0.0.1:${port}/a?b#c`, page);
  expect([answer.type, answer.contentType, answer.body.toString()]).toEqual(["text/html", "text/html; charset=utf-8", "<title>Hello</title>"]);
  expect(sent).toEqual({
    host: `127.0.0.1:${port}`,
    connection: "close",
    "user-agent": userAgent,
    accept: "text/html",
    "accept-encoding": "identity",
  });
});

test("the address that was checked is the one that is connected to, also when the name means another by then", async () => {
  let asked = 0;
  const lookup: Lookup = async () => [asked++ === 0 ? "127.0.0.1" : "127.0.0.2"];
  const port = await site(html);
  const answer = await only({ lookup })(`http://changing.test:${port}/`, page);
  expect([answer.url.hostname, asked]).toEqual(["changing.test", 1]);
});

test("each redirect is checked anew", async () => {
  let reached = 0;
  const hidden = await site(() => void reached++, "127.0.0.2");
  let location = "";
  const port = await site((_request, response) => void response.writeHead(302, { location }).end());
  const redirected = (to: string) => {
    location = to;
    let asked = 0;
    const lookup: Lookup = async () => [asked++ === 0 ? "127.0.0.1" : "127.0.0.2"];
    return only({ lookup })(`http://changing.test:${port}/`, page);
  };
  await expect(redirected(`http://127.0.0.2:${hidden}/`)).rejects.toMatchObject({ reason: "address" });
  await expect(redirected(`http://changing.test:${hidden}/`)).rejects.toMatchObject({ reason: "address" });
  await expect(redirected("/")).rejects.toMatchObject({ reason: "address" });
  await expect(redirected("file:///etc/passwd")).rejects.toMatchObject({ reason: "url" });
  await expect(redirected(`http://user@127.0.0.1:${port}/`)).rejects.toMatchObject({ reason: "url" });
  await expect(redirected("")).rejects.toMatchObject({ reason: "status" });
  expect(reached).toBe(0);
});

test("three redirects are followed, and no fourth", async () => {
  const port = await site((request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) html(request, response);
    else response.writeHead(307, { location: `/${left - 1}` }).end();
  });
  const answer = await only()(`http://127.0.0.1:${port}/3`, page);
  expect(answer.url.pathname).toBe("/0");
  await expect(only()(`http://127.0.0.1:${port}/4`, page)).rejects.toMatchObject({ reason: "redirects" });
});

test("bytes, time, type and status are bounded", async () => {
  const port = await site((request, response) => {
    response.setHeader("content-type", "text/html");
    if (request.url === "/endless") {
      const more = () => void (response.write("a".repeat(10_000)) ? setImmediate(more) : response.once("drain", more));
      more();
    } else if (request.url === "/slow") response.write("a");
    else if (request.url === "/packed") response.setHeader("content-encoding", "gzip").end(gzipSync("a".repeat(100_000)));
    else if (request.url === "/image") response.setHeader("content-type", "image/png").end("a");
    else if (request.url === "/missing") response.writeHead(404).end();
    else if (request.url === "/broken") response.writeHead(200, { "content-length": 50 }).write("a", () => response.destroy());
  });
  const read = (path: string, bounds: Partial<OutsideBounds> = {}) => only()(`http://127.0.0.1:${port}${path}`, { ...page, ...bounds });
  expect((await read("/endless")).body.length).toBe(1_000);
  await expect(read("/endless", { cut: false })).rejects.toMatchObject({ reason: "size" });
  await expect(read("/slow", { longestMs: 100 })).rejects.toMatchObject({ reason: "time" });
  await expect(read("/silent", { longestMs: 100 })).rejects.toMatchObject({ reason: "time" });
  await expect(read("/silent", { signal: AbortSignal.timeout(100) })).rejects.toMatchObject({ reason: "aborted" });
  for (const path of ["/packed", "/image"]) await expect(read(path)).rejects.toMatchObject({ reason: "type" });
  await expect(read("/missing")).rejects.toMatchObject({ reason: "status" });
  await expect(read("/broken")).rejects.toMatchObject({ reason: "unreachable" });
});

test("a resolver that does not answer is not waited for", async () => {
  const lookup: Lookup = () => new Promise(() => {});
  await expect(only({ lookup })("http://example.com/", { ...page, longestMs: 100 })).rejects.toMatchObject({ reason: "time" });
});

test("what is posted goes to public addresses only, and a redirect is an answer", async () => {
  const calls: string[] = [];
  const port = await site(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    calls.push(`${request.method} ${request.url} ${request.headers["content-type"]} ${body}`);
    if (request.url === "/away") response.writeHead(302, { location: "/", "retry-after": "7" }).end("x".repeat(100));
    else if (request.url === "/hangs") return;
    else response.writeHead(500).end("broken");
  });
  const { post } = createOutside({ userAgent, mayConnect: (address) => address === "127.0.0.1" });
  const sent = { headers: { "content-type": "text/plain" }, body: "hello", longestMs: 5_000, longestBytes: 4 };
  expect(await post(`http://127.0.0.1:${port}/`, sent)).toEqual({ status: 500, retryAfterSeconds: null, body: Buffer.from("brok") });
  expect(await post(`http://127.0.0.1:${port}/away`, { ...sent, longestBytes: 0 })).toEqual({ status: 302, retryAfterSeconds: 7, body: Buffer.alloc(0) });
  await expect(post(`http://127.0.0.1:${port}/hangs`, { ...sent, longestMs: 200 })).rejects.toMatchObject({ reason: "time" });
  await expect(post(`http://127.0.0.2:${port}/`, sent)).rejects.toMatchObject({ reason: "address" });
  await expect(createOutside({ userAgent }).post(`http://127.0.0.1:${port}/`, sent)).rejects.toMatchObject({ reason: "address" });
  expect(calls).toEqual(["POST / text/plain hello", "POST /away text/plain hello", "POST /hangs text/plain hello"]);
});

test("a name that leads elsewhere by the next call is refused then", async () => {
  const port = await site((_request, response) => void response.end());
  const answers = ["127.0.0.1", "10.0.0.1"];
  const { post } = createOutside({ userAgent, mayConnect: (address) => address === "127.0.0.1", lookup: async () => [answers.shift() ?? ""] });
  const sent = { headers: {}, body: "hello", longestMs: 5_000, longestBytes: 0 };
  expect(await post(`http://hooks.example:${port}/`, sent)).toMatchObject({ status: 200 });
  await expect(post(`http://hooks.example:${port}/`, sent)).rejects.toMatchObject({ reason: "address" });
});
