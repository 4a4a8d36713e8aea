import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:http2";
import { type RequestOptions, request } from "node:https";
import { join } from "node:path";
import { limits } from "@newfeed/shared/contracts/limits.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderNginx, renderTls } from "../scripts/cluster/nginx.ts";
import { prepareInfra } from "../scripts/infra.ts";
import { openEvents, openSocket } from "./support/clients.ts";
import { startTestCluster, type TestCluster } from "./support/cluster/start.ts";
import { direct } from "./support/direct.ts";
import type { Answer, Person } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";

let cluster: TestCluster | null = null;
let secure: SecureEdge | undefined;
beforeAll(async () => {
  cluster = await startTestCluster({}, { RATE_LIMIT_FACTOR: "1" });
  if (cluster) secure = await startSecureEdge(cluster);
}, 300_000);
afterAll(async () => {
  await secure?.close();
  await cluster?.close();
}, 60_000);

interface SecureEdge {
  url: string;
  port: number;
  /** The self-signed certificate. */
  ca: string;
  close(): Promise<void>;
}

/** Another nginx in front of the same cluster, as an operator would configure it: with TLS, and a trusted load balancer at 127.0.0.1. */
async function startSecureEdge({ directory }: TestCluster): Promise<SecureEdge> {
  const folder = mkdtempSync(join(directory, "secure-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "fullchain.pem")];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "1",
      "-subj",
      "/CN=localhost",
      "-addext",
      "subjectAltName=DNS:localhost,IP:127.0.0.1",
      "-keyout",
      key,
      "-out",
      certificate,
    ],
    { stdio: "ignore" },
  );
  const port = await freePort();
  const rendered = renderNginx({
    RUN_DIR: folder,
    UPSTREAMS: join(directory, "cluster/nginx/included/upstreams.conf"),
    LISTEN: `127.0.0.1:${await freePort()}`,
    STATUS_LISTEN: `127.0.0.1:${await freePort()}`,
    TLS: renderTls({ listen: `127.0.0.1:${port}`, folder }),
    REAL_IP: "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For; real_ip_recursive on;",
    WEB_ROOT: folder,
    MEDIA_ORIGINS: "",
    CONNECT_SOURCES: "'self'",
    ALLOWED_ORIGINS: "",
  });
  mkdirSync(join(folder, "logs"));
  const configuration = join(folder, "nginx.conf");
  writeFileSync(configuration, rendered);
  const { nginx } = await prepareInfra(["nginx"]);
  if (!("program" in nginx)) throw new Error("no nginx");
  const child = spawn(nginx.program, ["-p", folder, "-c", configuration, "-g", `daemon off;${process.getuid?.() === 0 ? " user root;" : ""}`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const edge: SecureEdge = {
    url: `https://localhost:${port}`,
    port,
    ca: readFileSync(certificate, "utf8"),
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null && child.kill("SIGTERM")) await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await eventually(async () => expect((await secureCall(edge, "GET", "/api/v1/posts")).status).toBe(200));
  return edge;
}

/** Like `call`, over TLS, trusting only this edge's certificate. */
function secureCall({ port, ca }: SecureEdge, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const options: RequestOptions = {
    host: "127.0.0.1",
    port,
    servername: "localhost",
    ca,
    method,
    path,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
  };
  return new Promise((resolve, reject) => {
    request(options, async (response) => {
      const text = (await response.setEncoding("utf8").toArray()).join("");
      const json = /json/.test(response.headers["content-type"] ?? "");
      resolve({
        status: response.statusCode ?? 0,
        headers: new Headers(response.headers as Record<string, string>),
        body: json && text ? JSON.parse(text) : text,
      });
    })
      .on("error", reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** A new client address, as the load balancer reports it. */
let addresses = 0;
const newAddress = () => ({ "x-forwarded-for": `203.0.113.${++addresses}` });

async function signUp(edge: SecureEdge, name: string): Promise<Pick<Person, "id" | "token"> & { email: string }> {
  const account = { username: `${name}_${++addresses}`, email: `${name}_${addresses}@test.com`, password: "Test123" };
  const { status, body } = await secureCall(edge, "POST", "/api/auth/signup", account, newAddress());
  expect(status).toBe(201);
  return { id: body.data.user.id, token: body.data.tokens.accessToken, email: account.email };
}

const bearer = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` });
const times = async (count: number, call: () => Promise<Answer>) => {
  const statuses: number[] = [];
  for (let index = 0; index < count; index++) statuses.push((await call()).status);
  return statuses;
};
const needed = (): [TestCluster, SecureEdge] => {
  if (!cluster || !secure) throw new Error("not started");
  return [cluster, secure];
};

describe("nginx with a certificate", () => {
  test("carries pages, sockets and event streams", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const [, edge] = needed();
    const [alice, bob] = [await signUp(edge, "alice"), await signUp(edge, "bob")];
    const { body: post, headers } = await secureCall(edge, "POST", "/api/v1/posts", { content: "Hello", postType: "TEXT" }, bearer(alice));
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000; includeSubDomains");
    // nginx serves the web client's files itself.
    const page = await secureCall(edge, "GET", "/login");
    expect(page.headers.get("strict-transport-security")).toBe("max-age=31536000; includeSubDomains");
    await expect(fetch(`${edge.url}/api/v1/posts`)).rejects.toThrow();

    const seen: string[] = [];
    const socket = io(edge.url, { path: "/notifications/socket.io", transports: ["websocket"], auth: { token: bob.token }, ca: edge.ca, forceNew: true });
    socket.on("new_comment", ({ comment }) => seen.push(`socket: ${comment.content}`));
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("connect_error", reject));
    expect(await socket.timeout(5_000).emitWithAck("subscribe-post", post.id)).toMatchObject({ ok: true });
    const stream = request(
      { host: "127.0.0.1", port: edge.port, servername: "localhost", ca: edge.ca, path: `/api/sse/comments/${post.id}`, headers: bearer(bob) },
      (response) => response.setEncoding("utf8").on("data", (text: string) => seen.push(`stream: ${/event: (\w+)/.exec(text)?.[1]}`)),
    ).end();
    await eventually(() => expect(seen).toEqual(["stream: hello"]));
    await secureCall(edge, "POST", `/api/v1/posts/${post.id}/comments`, { content: "over TLS" }, bearer(alice));
    await eventually(() => expect([...seen].sort()).toEqual(["socket: over TLS", "stream: comment_added", "stream: hello"]));
    stream.destroy();
    socket.close();
  });
});

describe("nginx with TLS", () => {
  test("speaks HTTP/2 with those that ask for it, event streams included", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const [, edge] = needed();
    const session = connect(edge.url, { ca: edge.ca });
    const seen: unknown[] = [];
    for (const [path, headers] of [
      ["/api/v1/posts", {}],
      ["/api/sse/notifications", { accept: "text/event-stream", ...bearer(await signUp(edge, "alice")) }],
    ] as const) {
      const stream = session.request({ ":path": path, ...headers });
      stream.once("response", (answer) => seen.push([path, answer[":status"]])).once("error", () => {});
    }
    await eventually(() =>
      expect(seen).toEqual(
        expect.arrayContaining([
          ["/api/v1/posts", 200],
          ["/api/sse/notifications", 200],
        ]),
      ),
    );
    expect(session.alpnProtocol).toBe("h2");
    session.destroy();
  });
});

describe("a page of the cluster", () => {
  test("opens sockets from its own origin, and may connect from nowhere else, whatever Host says", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const [{ url }] = needed();
    const handshake = "/notifications/socket.io/?EIO=4&transport=polling";
    const upgrade = { connection: "upgrade", upgrade: "websocket", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-version": "13" };
    const evil = { host: "evil.example", origin: "http://evil.example" };
    for (const path of [handshake, handshake.replace("/notifications", "")]) {
      expect((await direct(url, "GET", path, { origin: url })).status).toBe(200);
      expect((await direct(url, "GET", path.replace("polling", "websocket"), { origin: url, ...upgrade })).status).toBe(101);
      expect((await direct(url, "GET", path, evil)).status).toBe(403);
      expect((await direct(url, "GET", path.replace("polling", "websocket"), { ...evil, ...upgrade })).status).toBe(400);
    }
    expect((await direct(url, "POST", "/api/auth/validate", { origin: url }, { token: "x" })).status).toBe(200);
    expect((await direct(url, "POST", "/api/auth/validate", evil, { token: "x" })).status).toBe(403);
    const events = await direct(url, "GET", "/api/sse/notifications", { ...evil, cookie: "stream_token=x" });
    expect([events.status, JSON.parse(events.text).code]).toEqual([403, "cross_origin"]);
  });
});

describe("every location of nginx", () => {
  test("passes on Host and the client's address: none sets a header, which would drop those of the server", () => {
    const template = readFileSync(new URL("../nginx/newfeed.conf", import.meta.url), "utf8");
    const [server = "", ...locations] = template.slice(template.indexOf("\n  server {")).split(/^ {4}location /m);
    for (const header of [
      "Host $request_host",
      "X-Forwarded-For $remote_addr",
      "X-Forwarded-Proto $scheme",
      "X-Correlation-Id $correlation_id",
      "Upgrade $http_upgrade",
      "Connection $connection_header",
    ])
      expect(server).toContain(`proxy_set_header ${header};`);
    expect(locations.length).toBeGreaterThan(5);
    for (const location of locations) expect(location).not.toContain("proxy_set_header");
  });

  test("is counted by the client's address, sockets and event streams included", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const [, edge] = needed();
    const here = newAddress();
    const left = ({ headers }: Answer) => Number(headers.get("x-ratelimit-remaining"));
    expect((await secureCall(edge, "GET", "/api/sse/notifications", undefined, here)).status).toBe(401);
    expect((await secureCall(edge, "GET", "/notifications/socket.io/?EIO=4&transport=polling", undefined, here)).status).toBe(200);
    expect(left(await secureCall(edge, "GET", "/api/v1/posts?limit=1", undefined, here))).toBe(limits.anonymous.points - 3);
  });
});

describe("a client's address", () => {
  test("is what a trusted load balancer reports, or the connection's; a client cannot forge it", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const [{ call }, edge] = needed();
    const { points } = limits.anonymous;
    const left = ({ headers }: Answer) => Number(headers.get("x-ratelimit-remaining"));
    const reported = newAddress();
    expect(left(await secureCall(edge, "GET", "/api/v1/posts", undefined, reported))).toBe(points - 1);
    // The client's own entries are further to the left.
    const forged = { "x-forwarded-for": `198.51.100.7, ${reported["x-forwarded-for"]}` };
    expect(left(await secureCall(edge, "GET", "/api/v1/posts", undefined, forged))).toBe(points - 2);
    expect(left(await secureCall(edge, "GET", "/api/v1/posts", undefined, newAddress()))).toBe(points - 1);

    // The cluster's own nginx trusts no proxy.
    const forge = (index: number) =>
      call("GET", "/api/v1/posts?limit=1", undefined, {
        "x-forwarded-for": `192.0.2.${index}`,
        forwarded: `for=192.0.2.${index}`,
        "x-real-ip": `192.0.2.${index}`,
      });
    const first = left(await forge(0));
    for (let index = 1; index <= 20; index++) expect(left(await forge(index))).toBe(first - index);
  });
});

describe("while Redis is down", () => {
  test("limits hold per instance, sign-in is stricter, and live delivery continues", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const [{ servers, hold, url }, edge] = needed();
    const [alice, bob] = [await signUp(edge, "alice"), await signUp(edge, "bob")];
    const { body: post } = await secureCall(edge, "POST", "/api/v1/posts", { content: "Hello", postType: "TEXT" }, bearer(alice));
    const person = bob as Person;
    const socket = await openSocket({ url }, person);
    await socket.ask("subscribe-post", post.id);
    const stream = await openEvents({ url }, person, `/api/sse/comments/${post.id}`);
    const comment = () => secureCall(edge, "POST", `/api/v1/posts/${post.id}/comments`, { content: "a comment" }, bearer(alice));
    const guess = (headers: Record<string, string>) => secureCall(edge, "POST", "/api/auth/login", { email: alice.email, password: "a guess" }, headers);

    await hold("redis", async () => {
      await servers.redis.stop("SIGKILL");
      const { points } = limits.createComment;
      const statuses = await times(points + 3, comment);
      expect(statuses).toEqual([...Array(points).fill(201), 429, 429, 429]);
      await eventually(() => {
        for (const listener of [socket, stream]) expect(listener.of("new_comment", "comment_added")).toHaveLength(points);
      }, 10_000);

      const guesser = newAddress();
      const guesses = Math.floor(limits.loginFailure.points / 2);
      expect(await times(guesses + 2, () => guess(guesser))).toEqual([...Array(guesses).fill(401), 429, 429]);
      const visitor = newAddress();
      const visits = await times(limits.anonymous.points + 2, () => secureCall(edge, "GET", "/.well-known/jwks.json", undefined, visitor));
      expect(visits.slice(-2)).toEqual([429, 429]);
      expect(visits.filter((status) => status === 200)).toHaveLength(limits.anonymous.points);
    });
    // Counted together again, without the comments that each instance counted alone.
    await eventually(async () => expect((await comment()).status).toBe(201), 10_000);
    await eventually(() => {
      for (const listener of [socket, stream]) expect(listener.of("new_comment", "comment_added")).toHaveLength(limits.createComment.points + 1);
    });
    socket.close();
    stream.close();
  }, 90_000);
});
