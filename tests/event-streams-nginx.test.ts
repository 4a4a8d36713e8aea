import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProblemDocument } from "@newfeed/shared/contracts/errors.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { EventSource } from "eventsource";
import { afterAll, beforeAll, expect, test } from "vitest";
import { originsMap, renderNginx, renderUpstreams } from "../scripts/cluster/nginx.ts";
import { available } from "./support/available.ts";
import { freePort } from "./support/free-port.ts";

const app = "https://app.example";
let folder: string;
let child: ChildProcess | undefined;
let url: string;
/** Of two notification instances that do not listen yet. */
let ports: number[];
const servers: Server[] = [];

beforeAll(async () => {
  if (!(await available("nginx"))) return;
  folder = mkdtempSync(join(tmpdir(), "newfeed-nginx-"));
  const port = await freePort();
  ports = [await freePort(), await freePort()];
  const plans = ports.map((own, index) => ({ name: "notification-service" as const, instance: `notification-service-${index + 1}`, port: own }));
  writeFileSync(join(folder, "upstreams.conf"), renderUpstreams([...plans, { name: "api-gateway", instance: "api-gateway-1", port: await freePort() }]));
  const values = {
    RUN_DIR: folder,
    UPSTREAMS: join(folder, "upstreams.conf"),
    LISTEN: `127.0.0.1:${port}`,
    STATUS_LISTEN: `127.0.0.1:${await freePort()}`,
    TLS: "",
    REAL_IP: "",
    WEB_ROOT: folder,
    MEDIA_ORIGINS: "",
    CONNECT_SOURCES: "'self'",
  };
  writeFileSync(join(folder, "nginx.conf"), renderNginx({ ...values, ALLOWED_ORIGINS: originsMap(app) }));
  const user = process.getuid?.() === 0 ? " user root;" : "";
  child = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf"), "-g", `daemon off;${user}`], { stdio: "ignore" });
  url = `http://127.0.0.1:${port}`;
  await eventually(() => fetch(`${url}/login`));
});
afterAll(async () => {
  for (const server of servers) server.close();
  if (!child) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
  rmSync(folder, { recursive: true, force: true });
});

/** An instance that answers with its name and the path. */
async function listenAt(index: number): Promise<void> {
  const server = createServer((request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", connection: "close" });
    response.write(`event: hello\ndata: ${index + 1} ${request.url}\n\n`);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(ports[index], "127.0.0.1", resolve));
}

test("while no instance answers, nginx has an EventSource wait, and tells a program when to come back", async ({ skip }) => {
  if (!child) return skip("nginx is not available");
  const seen: string[] = [];
  const source = new EventSource(`${url}/api/sse/notifications`);
  for (const name of ["hello", "closing"]) source.addEventListener(name, ({ data }) => seen.push(`${name} ${data}`));
  await eventually(() => expect(seen).not.toEqual([]));
  const reason = JSON.parse(String(seen[0]?.replace("closing ", "")));
  expect(reason).toEqual({ code: "service_unavailable", retryAfterMs: expect.any(Number), resume: true });

  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const response = await fetch(`${url}/api/sse?streams=user:me`, { headers: { accept: "text/event-stream", origin: app } });
      expect([response.status, response.headers.get("content-type"), response.headers.get("cache-control")]).toEqual([200, "text/event-stream", "no-store"]);
      expect(response.headers.get("access-control-allow-origin")).toBe(app);
      expect(response.headers.get("access-control-allow-credentials")).toBe("true");
      return /^retry: (\d+)\n/.exec(await response.text())?.[1];
    }),
  );
  // So that a crowd does not return in one moment.
  expect(new Set(answers).size).toBeGreaterThan(1);

  const program = await fetch(`${url}/api/sse/notifications`, { headers: { origin: "https://evil.example" } });
  expect([program.status, program.headers.get("retry-after"), program.headers.get("access-control-allow-origin")]).toEqual([503, "2", null]);
  expect(program.headers.get("content-type")).toBe("application/problem+json");
  expect(ProblemDocument.parse(await program.json())).toMatchObject({ code: "service_unavailable", status: 503 });

  await listenAt(0);
  await eventually(() => expect(seen.at(-1)).toBe("hello 1 /api/sse/notifications"), 10_000);
  expect(source.readyState).toBe(EventSource.OPEN);
  source.close();
}, 30_000);

test("a call about an event stream goes to the instance that holds it", async ({ skip }) => {
  if (!child) return skip("nginx is not available");
  await listenAt(1);
  for (let round = 0; round < 6; round++)
    for (const index of [0, 1]) {
      const path = `/api/sse/notification-service-${index + 1}~abcdefghijklmnopqrst/streams`;
      const response = await fetch(url + path, { method: "POST", body: "{}" });
      const { value } = (await response.body?.getReader().read()) ?? {};
      expect(Buffer.from(value ?? []).toString()).toContain(`data: ${index + 1} ${path}`);
    }
});
