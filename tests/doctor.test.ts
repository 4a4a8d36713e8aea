import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { keepDeadLetter } from "@newfeed/shared/outbox/dead-letters.ts";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { afterEach, expect, test } from "vitest";
import { findInstallation } from "../scripts/operate/installation.ts";
import { callersOf } from "./support/feed.ts";
import { onTheServer, operatedFolder } from "./support/operate.ts";

const at = operatedFolder();
const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

/** What checks found, by their names: `ok …`. */
const findings = (printed: readonly string[]) =>
  Object.fromEntries(
    printed.flatMap((line) => {
      const [, level, name, what] = /^(ok|warning|FAILED|skipped) +([\w ]+): (.+)$/.exec(line) ?? [];
      return name ? [[name, `${level} ${what}`]] : [];
    }),
  );

/** An HTTPS server whose certificate, made by openssl, is valid for so many days; it answers nothing. */
async function httpsServer(days: number): Promise<{ url: string; certificate: string }> {
  const [key, certificate] = [join(at.directory, "key.pem"), join(at.directory, "certificate.pem")];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", String(days), "-keyout", key, "-out", certificate, ...subject], {
    stdio: "ignore",
  });
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_request, response) => response.writeHead(404).end());
  server.listen(0, "127.0.0.1");
  open.push(server);
  await once(server, "listening");
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, certificate };
}

/** A proxy that gets everything wrong that one can. */
function badProxy(target: string): Promise<string> {
  const upstream = new URL(target);
  const healths = { count: 0 };
  const proxy = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { host: _host, "accept-encoding": _encoding, ...headers } = incoming.headers;
    // As another instance answers, which knows nothing of the session.
    if (/[?&]sid=/.test(incoming.url ?? "")) return void outgoing.writeHead(400).end('{"code":1,"message":"Session ID unknown"}');
    const call = request({ hostname: upstream.hostname, port: upstream.port, path: incoming.url, method: incoming.method, headers }, async (answer) => {
      const chunks: Buffer[] = [];
      // It collects what is never complete.
      try {
        for await (const chunk of answer) chunks.push(chunk);
      } catch {
        // Its client has gone.
        return void outgoing.destroy();
      }
      let body = Buffer.concat(chunks);
      if (incoming.url === "/api/post/health" && healths.count++ % 2 === 0)
        body = Buffer.from(
          body
            .toString()
            .replace(/"version":"[^"]+"/, '"version":"0.0.9"')
            .replace(/"instance":"[^"]+","time":"[^"]+"/, `"instance":"another","time":"${new Date(Date.now() + 45_000).toISOString()}"`),
        );
      const { "content-length": _length, "transfer-encoding": _transfer, ...given } = answer.headers;
      outgoing.sendDate = false;
      outgoing.writeHead(answer.statusCode ?? 502, { ...given, date: new Date(Date.now() - 60_000).toUTCString() }).end(body);
    });
    call.on("error", () => outgoing.destroy());
    outgoing.on("close", () => call.destroy());
    incoming.pipe(call);
  });
  // What nobody listens for is answered like any request: upgrades are lost.
  proxy.listen(0, "127.0.0.1");
  open.push({
    close() {
      proxy.closeAllConnections();
      proxy.close();
    },
  });
  return new Promise((resolve) => proxy.once("listening", () => resolve(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)));
}

test("npm run doctor finds a feed well, by each transport, and what ails one", { timeout: 300_000 }, async () => {
  const { url } = await at.start();
  const { call, person } = callersOf(url);
  const operator = await person("operator");
  const { secret } = (await operator.post("/api/auth/tokens", { name: "doctor", scopes: ["read", "write"] })).body.data;
  const outside = async (address: string) => {
    const { code, printed } = await at.run("doctor", ["--url", address, "--token", secret]);
    return { code, found: findings(printed), printed };
  };

  const well = await outside(url);
  expect(well.found).toEqual({
    address: expect.stringMatching(/^ok .* is api-gateway \d/),
    services: expect.stringMatching(/^ok ok, all \d+ of them/),
    versions: expect.stringMatching(/^ok .* everywhere/),
    clock: expect.stringMatching(/^ok/),
    clocks: "ok those of one instance agree with this machine's",
    certificate: "skipped this address is not HTTPS",
    compression: expect.stringMatching(/^ok .* br$/),
    websocket: expect.stringMatching(/^ok a comment arrived after \d+ to \d+ ms at 6 clients/),
    polling: expect.stringMatching(/^ok a comment/),
    EventSource: expect.stringMatching(/^ok a comment/),
    instances: "ok live connections reach embedded",
  });
  expect(well.code).toBe(0);
  const written = async () => (await operator.get("/api/v1/users/me/export")).body.posts;
  expect(await written(), "it leaves nothing behind").toEqual([]);

  const ill = await outside(await badProxy(url));
  expect(ill.found).toMatchObject({
    address: expect.stringMatching(/^ok/),
    services: expect.stringMatching(/^ok/),
    versions: expect.stringMatching(/^warning .*0\.0\.9 \(post-service\)/),
    clock: expect.stringMatching(/^FAILED \d+\.\d s behind this machine/),
    clocks: expect.stringMatching(/^FAILED another is 4\d\.\d s ahead$/),
    compression: expect.stringMatching(/^warning/),
    websocket: expect.stringMatching(/^FAILED 6 of 6 connections do not open/),
    polling: expect.stringMatching(/^FAILED 6 of 6 connections do not open/),
    EventSource: expect.stringMatching(/^FAILED 6 of 6 connections do not open: nothing came for 10 s/),
  });
  expect(ill.printed.join("\n")).toMatch(/the load balancer has to be sticky/);
  expect(ill.code).toBe(1);
  expect(await written()).toEqual([]);
  expect((await call("GET", "/health/live")).status).toBe(200);

  const nobody = await at.run("doctor", ["--url", "http://127.0.0.1:1"]);
  expect([nobody.code, findings(nobody.printed)]).toMatchObject([1, { address: expect.stringMatching(/^FAILED .*does not answer/) }]);
  expect(await at.run("doctor", ["--url", "feed.example"])).toMatchObject({ code: 2, errors: expect.stringContaining("--url takes an address") });
  expect(await at.run("doctor", ["--token", secret])).toMatchObject({ code: 2 });
});

test("npm run doctor says when a certificate ends, and that nobody trusts it", async ({ skip }) => {
  if (!existsSync("/usr/bin/openssl")) return skip("openssl is not installed");
  for (const [days, found] of [
    [2, /^FAILED it ends on 20/],
    [10, /^warning it ends on 20/],
    [60, /^ok it ends on 20/],
  ] as const) {
    const { url, certificate } = await httpsServer(days);
    const { printed } = await at.run("doctor", ["--url", url], { NODE_EXTRA_CA_CERTS: certificate });
    expect(findings(printed).certificate).toMatch(found);
    const untrusted = await at.run("doctor", ["--url", url]);
    expect(findings(untrusted.printed).certificate).toMatch(/^FAILED clients do not trust it: /);
  }
}, 120_000);

test("npm run doctor finds what waits and what failed in the databases", async () => {
  const environment = onTheServer();
  await at.run("migrate", [], environment);
  const inside = async () => {
    const { code, printed } = await at.run("doctor", [], environment);
    return [code, findings(printed)];
  };
  expect(await inside()).toEqual([
    0,
    {
      outbox: "ok no event waits to be sent",
      "dead letters": "ok there are none",
      queues: "ok what was sent has arrived",
      replication: "skipped the server has no replicas",
      disk: expect.stringMatching(/free at /),
      "file descriptors": expect.stringMatching(/a process may have/),
    },
  ]);
  const installation = await findInstallation({
    config: readConfig({ NODE_ENV: "test", NEWFEED_DATA_DIR: at.directory, ...environment }),
    logger: createLogger({ level: "error", json: false }),
  });
  const { query } = await installation.openDatabase("post-service");
  const slot = `doctor_${Date.now()}`;
  await query("SELECT pg_create_physical_replication_slot($1, true)", [slot]);
  expect(await inside()).toMatchObject([0, { replication: `ok slot ${slot}: not behind` }]);
  await query("SELECT pg_drop_replication_slot($1)", [slot]);
  await keepDeadLetter(query, { id: "1", type: "post.created", key: null, body: "{}" }, null, false, { reason: "it failed", detail: null, tries: 5 });
  const waitsFor = (seconds: number) =>
    query("INSERT INTO newfeed.outbox (event_id, type, body, created_at) VALUES (gen_random_uuid(), 'post.created', '{}', now() - make_interval(secs => $1))", [
      seconds,
    ]);
  await waitsFor(15);
  expect(await inside()).toMatchObject([
    0,
    { outbox: expect.stringMatching(/^warning events wait: post-service for \d+ s \(1 events\)/), "dead letters": "warning post-service 1" },
  ]);
  await query("DELETE FROM newfeed.outbox");
  const sent =
    "INSERT INTO newfeed.outbox (event_id, type, body, sent_at) VALUES (gen_random_uuid(), 'post.created', '{}', now() - interval '40 s') RETURNING event_id";
  const [event] = await query<{ event_id: string }>(sent);
  expect(await inside()).toMatchObject([
    1,
    { queues: expect.stringMatching(/^FAILED media-service has not had 1 of post-service \(post\.created\), since \d\d:\d\d UTC/) },
  ]);
  for (const service of storingServiceNames) {
    const { query: ofConsumer } = await installation.openDatabase(service);
    await ofConsumer("INSERT INTO newfeed.consumed_event (event_id) VALUES ($1)", [event?.event_id]);
  }
  expect(await inside()).toMatchObject([0, { queues: "ok what was sent has arrived" }]);
  await query("DELETE FROM newfeed.outbox");
  await waitsFor(90);
  expect(await inside()).toMatchObject([1, { outbox: expect.stringMatching(/^FAILED events wait: post-service for 9\d s/) }]);
  await installation.close();
}, 120_000);
