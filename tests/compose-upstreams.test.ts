import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { type TestContext, test } from "vitest";
import { renderNginx, renderTls } from "../scripts/cluster/nginx.ts";
import { available } from "./support/available.ts";
import { freePort } from "./support/free-port.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
type OnTestFinished = TestContext["onTestFinished"];

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Runs the script of compose's nginx, with a DNS and an nginx of the test's: what it looks up, and how often it reloads. */
function runScript(onTestFinished: OnTestFinished, certificate?: string) {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-edge-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const programs = join(directory, "bin");
  const run = join(directory, "run");
  for (const folder of [programs, run]) mkdirSync(folder);
  const program = (name: string, script: string) => {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(programs, name), 0o755);
  };
  // The look-ups of one round find one state, from the first on.
  program("getent", `[ "$2" != api-gateway ] || cp "${directory}/hosts" "${directory}/round" 2>/dev/null\nsed -n "s/^$2 //p" "${directory}/round" 2>/dev/null`);
  program(
    "nginx",
    `case "$*" in -V) echo --with-http_v3_module ;; *reload*) echo reload >>"${directory}/reloads" ;; *) echo $$ >"${directory}/nginx.pid"; exec sleep 600 >/dev/null 2>&1 ;; esac`,
  );
  const configuration = join(directory, "configuration");
  mkdirSync(join(configuration, "tls"), { recursive: true });
  copyFileSync(join(root, "nginx/newfeed.conf"), join(configuration, "newfeed.conf"));
  const renew = (text: string) => {
    for (const name of ["fullchain.pem", "key.pem"]) writeFileSync(join(configuration, "tls", name), text);
  };
  if (certificate) renew(certificate);
  const script = readFileSync(join(root, "nginx/compose/start.sh"), "utf8")
    .replace("run=/var/lib/newfeed", `run=${run}`)
    .replace("configuration=/etc/nginx", `configuration=${configuration}`);
  const child: ChildProcess = spawn("/bin/sh", ["-c", script], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { PATH: `${programs}:${process.env.PATH}`, MEDIA_BASE_URL: "http://localhost/media", HTTPS_PORT: "443" },
  });
  const exited = once(child, "exit");
  const nginx = () => Number(readFileSync(join(directory, "nginx.pid"), "utf8"));
  onTestFinished(async () => {
    if (existsSync(join(directory, "nginx.pid")) && isAlive(nginx())) process.kill(nginx(), "SIGKILL");
    child.kill("SIGKILL");
    await exited;
  });
  const reloads = () => (existsSync(join(directory, "reloads")) ? readFileSync(join(directory, "reloads"), "utf8").split("\n").length - 1 : 0);
  return {
    nginx,
    renew,
    tlsFolder: join(configuration, "tls"),
    configuration: () => readFileSync(join(run, "nginx.conf"), "utf8"),
    /** Resolves with the script's exit code. */
    async signal(signal: NodeJS.Signals): Promise<number | null> {
      child.kill(signal);
      return (await exited)[0];
    },
    /** What look-ups find from now on: all names at once, or none. */
    answer(hosts: Record<string, string[]>) {
      const lines = Object.entries(hosts).flatMap(([name, addresses]) => addresses.map((address) => `${name} ${address} STREAM\n`));
      writeFileSync(join(directory, "hosts.new"), lines.join(""));
      renameSync(join(directory, "hosts.new"), join(directory, "hosts"));
    },
    servers: () => [...readFileSync(join(run, "upstreams.conf"), "utf8").matchAll(/server ([\d.]+:\d+)/g)].map(([, server]) => server),
    rendered: () => existsSync(join(run, "upstreams.conf")),
    reloads,
  };
}

test.concurrent("nginx keeps the addresses of a part whose look-up finds nothing, and never asks itself", async ({ expect, onTestFinished }) => {
  const edge = runScript(onTestFinished);
  await eventually(() => expect(edge.rendered()).toBe(true));
  // Nothing is there yet.
  expect(edge.servers()).toEqual(["127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:1"]);
  const [gateways, forGrpc] = [8080, 50050].map((port) => [2, 3].map((host) => `10.0.0.${host}:${port}`)) as [string[], string[]];
  edge.answer({ "api-gateway": ["10.0.0.3", "10.0.0.2"], "notification-service": ["10.0.0.4"], "auth-service": ["10.0.0.9"] });
  await eventually(() => expect(edge.servers()).toEqual([...gateways, "10.0.0.4:3005", "10.0.0.4:3005", ...forGrpc, "10.0.0.9:8081"]), 10_000);
  edge.answer({ "notification-service": ["10.0.0.5"] });
  await eventually(() => expect(edge.servers()).toEqual([...gateways, "10.0.0.5:3005", "10.0.0.5:3005", ...forGrpc, "10.0.0.9:8081"]), 10_000);
  edge.answer({ "api-gateway": ["10.0.0.6"], "notification-service": ["10.0.0.5"] });
  await eventually(() => expect(edge.servers()).toEqual(["10.0.0.6:8080", "10.0.0.5:3005", "10.0.0.5:3005", "10.0.0.6:50050", "10.0.0.9:8081"]), 10_000);
  // One for each change, after it.
  await eventually(() => expect(edge.reloads()).toBe(3));
});

test.concurrent("nginx's container has TLS once it has a certificate, and reads a renewed one", async ({ expect, onTestFinished }) => {
  const [without, edge] = [runScript(onTestFinished), runScript(onTestFinished, "the first")];
  await eventually(() => expect([without.rendered(), edge.rendered()]).toEqual([true, true]));
  await eventually(() => expect(edge.configuration()).toContain(renderTls({ listen: "8443", folder: edge.tlsFolder, http3Port: 443 })));
  expect(without.configuration()).not.toMatch(/^ *(listen \S+ ssl|ssl_)/m);
  // The script may not have noted the first one yet.
  let renewed = 0;
  await eventually(() => {
    edge.renew(`number ${++renewed}`);
    expect(edge.reloads()).toBeGreaterThan(0);
  }, 10_000);
});

test.for(["SIGQUIT", "SIGTERM"] as const)(
  "nginx's container ends by itself after %s, though connections stay open",
  { concurrent: true },
  async (signal, { expect, onTestFinished }) => {
    const edge = runScript(onTestFinished);
    // It does not end when it is asked to end with its connections: a shell's background programs ignore that signal.
    await eventually(() => expect(isAlive(edge.nginx())).toBe(true), 10_000);
    expect(await edge.signal(signal)).toBe(0);
    expect(isAlive(edge.nginx())).toBe(false);
  },
);

test.concurrent("nginx refuses what it has sent to itself, in whatever way its own address came among the upstreams", async ({
  expect,
  onTestFinished,
  skip,
}) => {
  if (!(await available("nginx"))) return skip("nginx is not installed");
  const directory = mkdtempSync(join(tmpdir(), "newfeed-edge-"));
  const port = await freePort();
  const own = `server 127.0.0.1:${port};`;
  const upstreams = join(directory, "upstreams.conf");
  writeFileSync(
    upstreams,
    `upstream gateways { ${own} }\nupstream notifications { ${own} }\nmap $arg_sid $notification_instance { default notifications; }\nmap $uri $stream_instance { default notifications; }\n`,
  );
  const values = {
    RUN_DIR: directory,
    UPSTREAMS: upstreams,
    LISTEN: `127.0.0.1:${port}`,
    STATUS_LISTEN: `127.0.0.1:${await freePort()}`,
    TLS: "",
    REAL_IP: "",
    WEB_ROOT: directory,
    MEDIA_ORIGINS: "",
    CONNECT_SOURCES: "'self'",
    ALLOWED_ORIGINS: "",
  };
  writeFileSync(join(directory, "nginx.conf"), renderNginx(values));
  const user = process.getuid?.() === 0 ? " user root;" : "";
  const child = spawn("nginx", ["-p", directory, "-c", join(directory, "nginx.conf"), "-g", `daemon off;${user}`], { stdio: "inherit" });
  const exited = once(child, "exit");
  onTestFinished(async () => {
    child.kill();
    await exited;
    rmSync(directory, { recursive: true });
  });
  const statusOf = async (path: string, headers = {}) => (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status;
  await eventually(() => statusOf("/metrics"), 10_000);
  for (const path of [
    "/api/v1/posts",
    "/api/auth/login",
    "/api/media/upload/image",
    "/media/ab/x.jpg",
    "/media/ab/x.mp4",
    "/api/sse/notifications",
    "/socket.io/",
  ])
    expect(await statusOf(path), path).toBe(508);
  // Another's header, of another nginx in front.
  expect(await statusOf("/metrics", { "x-edge": "elsewhere:443" })).toBe(404);
}, 60_000);
