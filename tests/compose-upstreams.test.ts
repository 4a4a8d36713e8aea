import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterEach, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Runs the script of compose's nginx, with a DNS and an nginx of the test's: what it looks up, and how often it reloads. */
function runScript() {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-edge-"));
  closers.push(() => rmSync(directory, { recursive: true }));
  const programs = join(directory, "bin");
  const run = join(directory, "run");
  for (const folder of [programs, join(directory, "dns"), run]) mkdirSync(folder);
  const program = (name: string, script: string) => {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(programs, name), 0o755);
  };
  program("getent", `cat "${directory}/dns/$2" 2>/dev/null`);
  program("nginx", `case "$*" in *reload*) echo reload >>"${directory}/reloads" ;; *) echo $$ >"${directory}/nginx.pid"; exec sleep 600 ;; esac`);
  const script = readFileSync(join(root, "nginx/compose/start.sh"), "utf8")
    .replace("run=/tmp/nginx", `run=${run}`)
    .replace("/etc/nginx/", join(root, "nginx/"));
  const child: ChildProcess = spawn("/bin/sh", ["-c", script], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { PATH: `${programs}:${process.env.PATH}`, MEDIA_BASE_URL: "http://localhost/media" },
  });
  const exited = once(child, "exit");
  closers.push(async () => {
    // The script ends with its nginx. (A shell's background programs ignore the signal that nginx is asked to end with.)
    process.kill(Number(readFileSync(join(directory, "nginx.pid"), "utf8")));
    await exited;
  });
  const reloads = () => (existsSync(join(directory, "reloads")) ? readFileSync(join(directory, "reloads"), "utf8").split("\n").length - 1 : 0);
  return {
    answer: (name: string, ...addresses: string[]) => writeFileSync(join(directory, "dns", name), addresses.map((address) => `${address} STREAM\n`).join("")),
    servers: () => [...readFileSync(join(run, "upstreams.conf"), "utf8").matchAll(/server (\S+)/g)].map(([, server]) => server),
    rendered: () => existsSync(join(run, "upstreams.conf")),
    reloads,
  };
}

test("nginx keeps the addresses of a part whose look-up finds nothing, and never asks itself", async () => {
  const edge = runScript();
  await eventually(() => expect(edge.rendered()).toBe(true));
  // Nothing is there yet.
  expect(edge.servers()).toEqual(["127.0.0.1:1", "127.0.0.1:1"]);
  edge.answer("api-gateway", "10.0.0.3", "10.0.0.2");
  edge.answer("notification-service", "10.0.0.4");
  await eventually(() => expect(edge.servers()).toEqual(["10.0.0.2:8080", "10.0.0.3:8080", "10.0.0.4:3005", "10.0.0.4:3005"]), 10_000);
  const reloads = edge.reloads();
  edge.answer("api-gateway");
  edge.answer("notification-service", "10.0.0.5");
  await eventually(() => expect(edge.servers()).toEqual(["10.0.0.2:8080", "10.0.0.3:8080", "10.0.0.5:3005", "10.0.0.5:3005"]), 10_000);
  await eventually(() => expect(edge.reloads()).toBe(reloads + 1));
  edge.answer("api-gateway", "10.0.0.6");
  await eventually(() => expect(edge.servers()).toEqual(["10.0.0.6:8080", "10.0.0.5:3005", "10.0.0.5:3005"]), 10_000);
});
