import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { type ErrorCode, errorTable, ProblemDocument } from "@newfeed/shared/contracts/errors.ts";
import { securityHeaders } from "@newfeed/shared/http/every-answer.ts";
import { waitingPage, waitingPagePolicy } from "@newfeed/shared/http/waiting-page.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available } from "./support/available.ts";
import { freePort } from "./support/free-port.ts";
import { startNginx } from "./support/nginx.ts";

const app = "https://app.example";
const found = await available("nginx");
type Nginx = NonNullable<Awaited<ReturnType<typeof startNginx>>>;
/** In front of a gateway that takes requests and does not answer, and of none. */
let [silent, refused]: (Nginx | null)[] = [];
let gateway: Server;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "newfeed-web-"));
  gateway = createServer((request, response) => {
    if (request.url === "/health") response.end(request.headers["x-correlation-id"]);
    else if (request.url === "/api/v1/broken") response.destroy();
  });
  await once(gateway.listen(0, "127.0.0.1"), "listening");
  const options = {
    webRoot: folder,
    mediaOrigins: [],
    allowedOrigins: app,
    edit: (text: string) => text.replaceAll("proxy_read_timeout 20s", "proxy_read_timeout 1s"),
  };
  silent = await startNginx(`http://localhost:${(gateway.address() as AddressInfo).port}`, options);
  refused = await startNginx(`http://localhost:${await freePort()}`, options);
});
afterAll(async () => {
  await silent?.close();
  await refused?.close();
  gateway.closeAllConnections();
  gateway.close();
  rmSync(folder, { recursive: true });
});

function needed(nginx: Nginx | null | undefined): Nginx {
  if (!nginx) throw new Error("not started");
  return nginx;
}

interface Answer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/** Sends the bytes of a request, and resolves with the answer to it. */
async function exchange({ url }: Nginx, lines: readonly string[]): Promise<Answer> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => {});
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) {
    text += chunk;
    const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? Number.NaN);
    if (text.length - text.indexOf("\r\n\r\n") - 4 >= length) break;
  }
  const [head = "", body = ""] = text.split(/\r\n\r\n(.*)/s);
  const [first = "", ...rest] = head.split("\r\n");
  return {
    status: Number(first.split(" ")[1]),
    headers: new Map(rest.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()])),
    body,
  };
}

const from = (origin: string, ...more: string[]) => ["Host: localhost", "Connection: close", `Origin: ${origin}`, "X-Correlation-Id: a-call.1", ...more];
const tooLarge = "Content-Length: 60000000";

/** What is sent, to which of the two, and the problem that it gets. */
const cases: [what: string, to: "silent" | "refused", request: string, code: ErrorCode, more?: string[]][] = [
  ["a method that nginx does not take", "silent", "TRACE /api/v1/posts HTTP/1.1", "method_not_allowed"],
  ["a transfer coding that it does not know", "silent", "POST /api/v1/posts HTTP/1.1", "malformed_request", ["Transfer-Encoding: gzip"]],
  ["a long header", "silent", "GET /api/v1/posts HTTP/1.1", "headers_too_large", [`Cookie: ${"x".repeat(9_000)}`]],
  ["a large body", "silent", "POST /api/v1/posts HTTP/1.1", "payload_too_large", [tooLarge]],
  ["a large upload", "silent", "POST /api/media/upload/video HTTP/1.1", "payload_too_large", [tooLarge]],
  ["a large call about an event stream", "silent", "POST /api/sse/x/streams HTTP/1.1", "payload_too_large", [tooLarge]],
  ["an internal path", "silent", "GET /metrics HTTP/1.1", "not_found"],
  ["a path of nginx's own", "silent", "GET /.problem/status HTTP/1.1", "not_found"],
  ["a file that is not there", "silent", "GET /assets/nothing.js HTTP/1.1", "not_found"],
  ["another method at a page", "silent", "POST /login HTTP/1.1", "not_found", ["Content-Length: 0"]],
  ["a gateway that does not answer", "silent", "GET /api/v1/posts HTTP/1.1", "upstream_timeout"],
  ["a gateway that breaks off", "silent", "POST /api/v1/broken HTTP/1.1", "bad_gateway", ["Content-Length: 0"]],
  ["no gateway", "refused", "GET /api/v1/posts HTTP/1.1", "bad_gateway"],
  ["no gateway, for tokens", "refused", "POST /api/auth/login HTTP/1.1", "bad_gateway", ["Content-Length: 0"]],
  ["no gateway, for a picture", "refused", "GET /media/aa/picture.png HTTP/1.1", "bad_gateway"],
  ["no gateway, for a video", "refused", "GET /media/aa/video.mp4 HTTP/1.1", "bad_gateway"],
  ["no instance, for a socket", "refused", "GET /notifications/socket.io/?EIO=4&transport=polling HTTP/1.1", "bad_gateway"],
  ["no instance, for a program's event stream", "refused", "GET /api/sse/notifications HTTP/1.1", "service_unavailable"],
];

describe.runIf(found)("nginx's own errors are problems, with the headers of the gateway's", () => {
  test.each(cases)("%s", async (_what, to, request, code, more = []) => {
    const nginx = needed(to === "silent" ? silent : refused);
    const { status, headers, body } = await exchange(nginx, [request, ...from(app, ...more)]);
    expect([status, headers.get("content-type")]).toEqual([errorTable[code].status, "application/problem+json"]);
    expect(ProblemDocument.parse(JSON.parse(body))).toMatchObject({ code, status, correlationId: "a-call.1" });
    for (const [name, value] of securityHeaders()) expect([name, headers.get(name)]).toEqual([name, value]);
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-correlation-id": "a-call.1",
      "access-control-allow-origin": app,
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": expect.stringContaining("x-correlation-id"),
      vary: "Origin",
    });
    expect(headers.get("retry-after")).toBe(status === 503 ? "2" : undefined);

    const other = await exchange(nginx, [request, ...from("https://evil.example", ...more)]);
    expect([...other.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test.each<[string, "silent" | "refused", string, number]>([
    ["no gateway", "refused", "/nothing", 502],
    ["a gateway that does not answer", "silent", "/nothing", 504],
  ])("a person gets a page that comes back by itself: %s", async (_what, to, path, expected) => {
    const { status, headers, body } = await exchange(needed(to === "silent" ? silent : refused), [
      `GET ${path} HTTP/1.1`,
      ...from(app, "Accept: text/html,*/*"),
    ]);
    expect([status, headers.get("content-type")]).toEqual([expected, "text/html; charset=utf-8"]);
    expect(body).toBe(waitingPage("NewFeed cannot be reached right now."));
    for (const [name, value] of securityHeaders())
      expect([name, headers.get(name)]).toEqual([name, name === "content-security-policy" ? waitingPagePolicy : value]);
    for (const program of [`GET /api/nothing HTTP/1.1`, "POST /nothing HTTP/1.1"]) {
      const problem = await exchange(needed(refused), [program, ...from(app, "Accept: text/html", "Content-Length: 0")]);
      expect([problem.status, problem.headers.get("content-type")]).toEqual([502, "application/problem+json"]);
    }
  });

  test("a request that came back to where it was sent from", async () => {
    const nginx = needed(silent);
    const sent = `X-Edge: ${hostname()}:${new URL(nginx.url).port}`;
    for (const path of ["/api/v1/posts", "/login", "/api/sse/notifications"]) {
      const { status, headers, body } = await exchange(nginx, [`GET ${path} HTTP/1.1`, ...from(app, sent)]);
      expect([status, headers.get("content-type")]).toEqual([508, "application/problem+json"]);
      expect(ProblemDocument.parse(JSON.parse(body))).toMatchObject({ code: "loop_detected", correlationId: "a-call.1" });
    }
  });

  test.each<[string, string[], ErrorCode]>([
    ["no HTTP", ["nonsense"], "malformed_request"],
    ["no Host", ["GET /api/v1/posts HTTP/1.1"], "malformed_request"],
    ["an invalid Host", ["GET /api/v1/posts HTTP/1.1", "Host: a/b"], "malformed_request"],
    ["two hosts", ["GET /api/v1/posts HTTP/1.1", "Host: a", "Host: b"], "malformed_request"],
    ["a version that nginx does not know", ["GET /api/v1/posts HTTP/3.0", ...from(app)], "malformed_request"],
    ["a long address", [`GET /api/v1/${"x".repeat(9_000)} HTTP/1.1`, ...from(app)], "uri_too_long"],
  ])("what nginx cannot read gets an id of its own: %s", async (_what, lines, code) => {
    const { status, headers, body } = await exchange(needed(silent), lines);
    expect([status, headers.get("content-type")]).toEqual([errorTable[code].status, "application/problem+json"]);
    const { correlationId, ...problem } = ProblemDocument.parse(JSON.parse(body));
    expect([problem.code, correlationId]).toEqual([code, expect.stringMatching(/^[\w.:-]{8,64}$/)]);
    expect(headers.get("x-correlation-id")).toBe(correlationId);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });
});

test.runIf(found)("nginx and what is behind it know a request by the same id", async () => {
  const { url } = needed(silent);
  const idOf = async (given: string) => (await fetch(`${url}/health`, { headers: { "x-correlation-id": given } })).text();
  expect(await idOf("a-call.1")).toBe("a-call.1");
  for (const forged of ["two words", "x".repeat(65), '"']) expect(await idOf(forged)).toMatch(/^[\da-f]{32}$/);
});
