import { execFileSync, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type ClientHttp2Session, connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connect as connectTls } from "node:tls";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { startNginx } from "./support/nginx.ts";
import { http3Client } from "./support/other-clients/programs.ts";

const folder = mkdtempSync(join(tmpdir(), "newfeed-tls-"));
/** Makes a new key and its certificate, and returns the certificate. */
function renew(): string {
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "fullchain.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", key, "-out", certificate, ...subject], {
    stdio: "ignore",
  });
  return readFileSync(certificate, "utf8");
}

const hasOpenssl = existsSync("/usr/bin/openssl");
let feed: TestFeed;
let edge: Awaited<ReturnType<typeof startNginx>> = null;
let ann: Person;
let first = "";
beforeAll(async () => {
  feed = await startTestFeed();
  ann = await feed.person("ann");
  if (!hasOpenssl) return;
  first = renew();
  edge = await startNginx(feed.url, { webRoot: feed.directory, mediaOrigins: [], tlsFolder: folder });
});
afterAll(async () => {
  await edge?.close();
  await feed.close();
  rmSync(folder, { recursive: true });
});

/** The status and the text of an answer to a session. */
function get(session: ClientHttp2Session, path: string): Promise<[status: number, text: string]> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":path": path }).setEncoding("utf8");
    let [status, text] = [0, ""];
    stream.on("response", (headers) => (status = headers[":status"] ?? 0)).on("data", (chunk) => (text += chunk));
    stream.on("end", () => resolve([status, text])).on("error", reject);
  });
}

/** Which certificate a new connection gets. */
const shownCertificate = (url: string) =>
  new Promise<string>((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw).fingerprint256);
      socket.destroy();
    }).on("error", reject);
  });
const fingerprintOf = (certificate: string) => new X509Certificate(certificate).fingerprint256;

test("a renewed certificate is shown after a reload, and no connection is lost over it", async ({ skip }) => {
  if (!edge) return skip("nginx or openssl is not available on this machine");
  const { secureUrl } = edge;
  const { body: post } = await ann.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
  const session = connect(secureUrl, { ca: first });
  let heard = "";
  const stream = session
    .request({ ":path": `/api/sse/comments/${post.id}`, accept: "text/event-stream", authorization: `Bearer ${ann.token}` })
    .setEncoding("utf8");
  stream.on("data", (text) => (heard += text));
  await eventually(() => expect(heard).toContain("event: hello"));
  expect(session.alpnProtocol).toBe("h2");
  expect(await shownCertificate(secureUrl)).toBe(fingerprintOf(first));

  // Visitors come all the while, each with a connection of its own.
  const next = renew();
  const statuses: unknown[] = [];
  let done = false;
  const visits = (async () => {
    while (!done) {
      const visitor = connect(secureUrl, { ca: [first, next] });
      statuses.push(await get(visitor, "/health").then(([status]) => status, String));
      visitor.close();
    }
  })();
  await edge.reload();
  await eventually(async () => expect(await shownCertificate(secureUrl)).toBe(fingerprintOf(next)));
  const shown = statuses.length;
  await eventually(() => expect(statuses.length).toBeGreaterThan(shown + 3));
  done = true;
  await visits;
  expect(new Set(statuses)).toEqual(new Set([200]));

  // The event stream of before goes on.
  await ann.post(`/api/v1/posts/${post.id}/comments`, { content: "after the reload" });
  await eventually(() => expect(heard).toContain("after the reload"));
  session.destroy();
});

test("over HTTP/3, of which browsers are told, requests are answered and an event stream is live", async ({ skip, onTestFinished }) => {
  if (!edge) return skip("nginx or openssl is not available on this machine");
  if (!edge.http3) return skip("this nginx was built without HTTP/3");
  if (!http3Client) return skip("npm run test:clients installs a client of HTTP/3");
  const { secureUrl } = edge;
  const { body: post } = await ann.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
  const stream = `/api/sse/comments/${post.id}`;
  const [python, program] = http3Client;
  const client = spawn(python, [program, secureUrl, ann.token, "/health", stream], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void client.kill());
  const came: { path: string; status?: number; text?: string }[] = [];
  createInterface(client.stdout).on("line", (line) => came.push(JSON.parse(line)));
  const statusOf = (path: string) => came.find((piece) => piece.path === path && piece.status)?.status;
  const textOf = (path: string) => came.flatMap((piece) => (piece.path === path ? (piece.text ?? []) : [])).join("");
  await eventually(() => expect([statusOf("/health"), statusOf(stream), textOf(stream)]).toEqual([200, 200, expect.stringContaining("event: hello")]), 10_000);
  await ann.post(`/api/v1/posts/${post.id}/comments`, { content: "over QUIC" });
  await eventually(() => expect(textOf(stream)).toContain("over QUIC"));

  const session = connect(secureUrl, { rejectUnauthorized: false });
  const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
    session.request({ ":path": "/health" }).on("response", resolve).on("error", reject);
  });
  expect(headers["alt-svc"]).toBe(`h3=":${new URL(secureUrl).port}"; ma=86400`);
  session.destroy();
});
