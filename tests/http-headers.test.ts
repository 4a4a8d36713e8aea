import { connect } from "node:net";
import { type ErrorCode, errorTable, ProblemDocument } from "@newfeed/shared/contracts/errors.ts";
import type { Route } from "@newfeed/shared/contracts/route.ts";
import { publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import { securityHeaders } from "@newfeed/shared/http/every-answer.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { serve, upload } from "./support/uploads.ts";

let feed: TestFeed;
let john: Person;
beforeAll(async () => {
  feed = await startTestFeed({ ALLOWED_ORIGINS: "https://app.example" });
  john = await feed.person("john");
});
afterAll(() => feed.close());

const namesIn = (header: string | null) => (header ?? "").split(/\s*,\s*/);
/** Every public route, and GraphQL. */
const calls = () =>
  Object.values<Route>(publicRoutes)
    .map((route): [string, string] => [route.method.toUpperCase(), route.path.replace(/:\w+/g, john.id)])
    .concat([["POST", "/graphql"]])
    // They would end the session.
    .filter(([method, path]) => path !== "/api/auth/logout" && `${method} ${path}` !== "DELETE /api/auth/me");

describe("answers are kept by nobody", () => {
  test.each([
    ["a user", () => ({ authorization: `Bearer ${john.token}` })],
    ["a visitor", () => ({})],
    ["a wrong token", () => ({ authorization: "Bearer no.such.token" })],
  ])("who does not have to know them: %s", async (_who, headers: () => Record<string, string>) => {
    for (const [method, path] of calls().concat([["GET", "/api/v1/nothing"]])) {
      if (path === "/.well-known/jwks.json") continue;
      const answer = await feed.call(method, path, undefined, headers());
      expect([method, path, answer.headers.get("cache-control")]).toEqual([method, path, expect.stringMatching(/^no-store/)]);
    }
  });

  test("and depend on the identity that chose them, and on the Origin", async () => {
    for (const [method, path] of calls()) {
      const { headers } = await feed.call(method, path, undefined, { authorization: `Bearer ${john.token}` });
      expect([method, path, namesIn(headers.get("vary"))]).toEqual([method, path, expect.arrayContaining(["Authorization", "Cookie", "Origin"])]);
    }
  });

  test("except those that are the same for everyone", async () => {
    expect((await feed.call("GET", "/.well-known/jwks.json")).headers.get("cache-control")).toMatch(/^public, max-age=\d+$/);
    for (const path of ["/openapi.json", "/asyncapi.json", "/schema.graphql", "/proto/newfeed/v1/post.proto", "/docs/"])
      expect((await feed.call("GET", path)).headers.get("cache-control"), path).toBe("no-cache");
    // For a second by what many share; others ask each time.
    for (const path of ["/feed.rss", "/sitemap.xml"])
      expect((await feed.call("GET", path)).headers.get("cache-control"), path).toBe("public, max-age=0, must-revalidate, s-maxage=1");
    const file = await serve(feed, (await upload(john)).url);
    expect(file.headers.get("cache-control")).not.toBe("no-store");
    expect(namesIn(file.headers.get("vary"))).not.toContain("Cookie");
    expect((await serve(feed, "http://localhost/media/aa/nothing.png")).headers.get("cache-control")).toBe("no-store");
  });

  test("and are embedded by no other site, as media files are", async () => {
    const { headers } = await john.get("/api/auth/me");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect((await serve(feed, (await upload(john)).url)).headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  });
});

/** Sends a request as it is written, and resolves with the whole answer. */
const exchange = (url: string, lines: string[]) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(`${lines.join("\r\n")}\r\n\r\n`));
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    socket.once("error", reject).once("close", () => resolve(text));
  });

describe("a header that may be there once", () => {
  const upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
  test.each([
    ["two hosts", ["Host: localhost", "Host: evil.example"]],
    ["the same host twice", ["Host: localhost", "Host: localhost"]],
    ["a list of hosts", ["Host: localhost, evil.example"]],
    ["a host with a path", ["Host: localhost/evil"]],
    ["a host with a user", ["Host: evil@localhost"]],
    ["a host with a blank", ["Host: local host"]],
  ])("%s: 400 on every port", async (_what, hosts) => {
    for (const url of [feed.url, feed.notificationUrl])
      for (const request of [
        ["GET /health HTTP/1.1", "Connection: close"],
        ["GET /socket.io/?EIO=4&transport=websocket HTTP/1.1", ...upgrade],
      ]) {
        const answer = await exchange(url, [request[0] as string, ...hosts, ...request.slice(1)]);
        expect(answer).toMatch(/^HTTP\/1\.1 400 /);
        expect(answer).toContain('"code":"malformed_request"');
      }
  });

  test.each(["localhost", "localhost:8080", "127.0.0.1", "[::1]:8080", "api-gateway", "a_b.example", "EXAMPLE.com"])("the host %s is one", async (host) => {
    expect(await exchange(feed.url, ["GET /health/live HTTP/1.1", `Host: ${host}`, "Connection: close"])).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("two tokens identify nobody, two types are none", async () => {
    const signed = `Authorization: Bearer ${john.token}`;
    const get = ["GET /api/auth/me HTTP/1.1", "Host: localhost", "Connection: close"];
    expect(await exchange(feed.url, [...get, signed])).toMatch(/^HTTP\/1\.1 200 /);
    expect(await exchange(feed.url, [...get, signed, "Authorization: Bearer x.y.z"])).toMatch(/^HTTP\/1\.1 401 /);
    const post = ["POST /api/auth/validate HTTP/1.1", "Host: localhost", "Connection: close", "Content-Length: 13", "Content-Type: application/json"];
    expect(await exchange(feed.url, [...post, "Content-Type: text/plain", "", '{"token":"x"}'])).toMatch(/^HTTP\/1\.1 415 /);
  });
});

describe("what is no request", () => {
  const app = "https://app.example";
  const from = (origin: string) => ["Host: localhost", "Connection: close", `Origin: ${origin}`, "X-Correlation-Id: a-call.1"];
  test.each<[string, ErrorCode, (headers: string[]) => string[]]>([
    ["an invalid header", "malformed_request", (headers) => ["GET /api/v1/posts HTTP/1.1", ...headers, "no header"]],
    ["two hosts", "malformed_request", (headers) => ["GET /api/v1/posts HTTP/1.1", "Host: other", ...headers]],
    [
      "two hosts of a socket",
      "malformed_request",
      (headers) => [
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        ...["Host: other", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="],
        ...headers.map((header) => header.replace("Connection: close", "Connection: Upgrade")),
      ],
    ],
    [
      "a socket at another path",
      "not_found",
      (headers) => [
        "GET /elsewhere HTTP/1.1",
        ...["Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="],
        ...headers.map((header) => header.replace("Connection: close", "Connection: Upgrade")),
      ],
    ],
    ["large headers", "headers_too_large", (headers) => ["GET /api/v1/posts HTTP/1.1", ...headers, `Cookie: ${"x".repeat(20_000)}`]],
  ])("is answered with a problem and the headers of every answer: %s", async (_what, code, lines) => {
    for (const url of [feed.url, feed.notificationUrl]) {
      const [head = "", body = ""] = (await exchange(url, lines(from(app)))).split("\r\n\r\n");
      expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${errorTable[code].status} `));
      expect(ProblemDocument.parse(JSON.parse(body))).toMatchObject({ code, correlationId: "a-call.1" });
      const given = head.toLowerCase().split("\r\n");
      expect(given).toEqual(
        expect.arrayContaining([
          "x-correlation-id: a-call.1",
          `access-control-allow-origin: ${app}`,
          "access-control-allow-credentials: true",
          ...securityHeaders().map((header) => header.join(": ").toLowerCase()),
        ]),
      );
      expect(await exchange(url, lines(from("https://evil.example")))).not.toMatch(/access-control/i);
    }
  });

  test("and no header at all gets an id of its own", async () => {
    const answer = await exchange(feed.url, ["nonsense"]);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    const id = /^x-correlation-id: ([\da-f-]{36})\r$/im.exec(answer)?.[1];
    expect(ProblemDocument.parse(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).correlationId).toBe(id);
  });
});

describe("a JSON body is UTF-8", () => {
  const text = '{"token":"Grüße"}';
  const utf16 = (order: "le" | "be") => (order === "le" ? Buffer.from(text, "utf16le") : Buffer.from(text, "utf16le").swap16());
  const send = async (path: string, type: string, body: Buffer) => {
    const answer = await fetch(feed.url + path, { method: "POST", headers: { "content-type": type }, body: new Uint8Array(body) });
    return { status: answer.status, code: ((await answer.json()) as { code?: string }).code };
  };
  test.each([
    ["utf-7", Buffer.from('{"token":"+AEEAQg-"}')],
    ["UTF-16", utf16("le")],
    ["utf-16le", utf16("le")],
    ["utf-16be", utf16("be")],
    ["utf-32", Buffer.from(text)],
    ["latin1", Buffer.from(text, "latin1")],
  ])("%s is not accepted", async (charset, body) => {
    for (const path of ["/api/auth/validate", "/graphql"])
      for (const type of [`application/json; charset=${charset}`, `application/json;charset="${charset}"`])
        expect([path, type, await send(path, type, body)]).toEqual([path, type, { status: 415, code: "unsupported_media_type" }]);
  });
  test.each(["utf-8", "UTF-8", '"utf-8"'])("%s is", async (charset) => {
    expect((await send("/api/auth/validate", `application/json; charset=${charset}`, Buffer.from(text))).status).toBe(200);
  });
});
