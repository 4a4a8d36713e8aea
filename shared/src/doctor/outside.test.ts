import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { lookAt } from "./finding.ts";
import { outsideChecks } from "./outside.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const health = (service: string, version = "1.0.0") => ({ status: "ok", service, version, instance: `${service}-1`, time: new Date().toISOString() });

/** What checks find where these paths are answered so: with JSON, or, by null, by no answer at all. Gives also what was asked for. */
async function look(answers: Record<string, unknown>) {
  const asked: string[] = [];
  server = createServer(({ url = "" }, response) => {
    asked.push(url);
    if (answers[url] === null) return void response.destroy();
    response.writeHead(url in answers ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(answers[url] ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const found = await lookAt(outsideChecks(base), () => {});
  return { asked, found: Object.fromEntries(found.map(({ name, level, what }) => [name, `${level} ${what}`])) };
}

test("of services that are down, or do not answer, the versions and clocks of the others are seen", async () => {
  const { asked, found } = await look({
    "/health/live": health("api-gateway"),
    "/health/services": { status: "degraded", checks: { "post-service": "down", "user-service": "ok", "media-service": "ok" } },
    "/api/post/health": health("post-service", "0.0.9"),
    "/api/media/health": null,
    "/api/user/health": health("user-service"),
  });
  expect(found).toMatchObject({
    services: "failed post-service is down",
    versions: "ok 1.0.0 everywhere",
    clocks: "ok those of one instance agree with this machine's",
    compression: "skipped there is no web client at this address",
  });
  expect(asked).not.toContain("/api/post/health");
});

test("what says no version, or a time that is none, is no service of ours", async () => {
  const services = { status: "ok", checks: { "post-service": "ok", "user-service": "ok" } };
  const strange = { "/api/post/health": { ...health("post-service"), time: "now" }, "/api/user/health": { status: "ok" } };
  const { found } = await look({ "/health/live": health("api-gateway"), "/health/services": services, ...strange });
  expect(found).toMatchObject({ versions: expect.stringMatching(/^failed no service says its version/), clocks: expect.stringMatching(/^skipped/) });
});
