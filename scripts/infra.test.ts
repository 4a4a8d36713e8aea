import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available } from "../tests/support/available.ts";
import { answers } from "./infra/answers.ts";
import { startProgram } from "./infra/server.ts";
import { startInfra } from "./infra.ts";

const found = await available("redis");

const alive = (pid = 0): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
/** Redis refuses a client without a password, which shows that it is up. */
const listens = (port: number) => answers(port, "PING\r\n", (reply) => reply.startsWith("-NOAUTH"));

describe.runIf(found)("the servers of a cluster", () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "newfeed-infra-"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test("a server that was killed, frozen or stopped starts again on its port, and leaves no process behind", async () => {
    const infra = await startInfra({ directory, need: ["redis"] });
    const { redis } = infra.servers;
    const pids = [redis.pid];
    for (const signal of ["SIGKILL", "SIGTERM"] as const) {
      redis.signal("SIGSTOP");
      await redis.stop(signal);
      expect(redis.pid).toBeUndefined();
      await redis.wipe();
      await redis.start();
      expect(await listens(redis.port)).toBe(true);
      pids.push(redis.pid);
    }
    process.kill(redis.pid ?? 0, "SIGKILL");
    await redis.ended;
    expect(await listens(redis.port)).toBe(false);
    await redis.start();
    pids.push(redis.pid);
    await infra.close();
    expect(new Set(pids).size).toBe(4);
    expect(pids.map(alive)).toEqual([false, false, false, false]);
  });

  test("a server given by its URL is used, and never stopped", async () => {
    const own = await startInfra({ directory, need: ["redis"] });
    const { url, port } = own.servers.redis;
    const infra = await startInfra({ directory: join(directory, "other"), need: ["redis"], given: { redis: url } });
    expect(infra.servers.redis.url).toBe(url);
    expect(() => infra.servers.redis.stop()).toThrow("given by its URL");
    await infra.close();
    expect(await listens(port)).toBe(true);
    await own.close();
  });

  test.runIf(process.platform === "linux")("servers inherit none of our variables, and others cannot enter their folders", async () => {
    process.env.INTERNAL_TOKEN_SECRET = "a secret of thirty-two characters";
    // Redis writes its title over its environment.
    const program = { name: "sleep", command: ["sleep", "60"], environment: { OWN: "1" }, log: join(directory, "sleep.log") } as const;
    const running = await startProgram({ ...program, ready: async () => true });
    delete process.env.INTERNAL_TOKEN_SECRET;
    const variables = await eventually(() => {
      const text = readFileSync(`/proc/${running.pid}/environ`, "utf8").split("\0");
      expect(text).toContain("OWN=1");
      return text.join(" ");
    });
    await running.stop();
    expect(variables).toMatch(/\bPATH=/);
    expect(variables).not.toMatch(/SECRET|NODE_ENV/);
    const infra = await startInfra({ directory: join(directory, "private"), need: ["redis"] });
    await infra.close();
    expect(statSync(join(directory, "private", "redis")).mode & 0o007).toBe(0);
  });

  test.runIf(process.platform === "linux")("servers end with the process that started them, even when it is killed", async () => {
    const script = `
      import { startInfra } from ${JSON.stringify(new URL("./infra.ts", import.meta.url).href)};
      const { servers } = await startInfra({ directory: ${JSON.stringify(directory)}, need: ["redis"] });
      process.stdout.write(String(servers.redis.pid));
      setInterval(() => {}, 1_000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const [pid] = await once(child.stdout.setEncoding("utf8"), "data");
    expect(alive(Number(pid))).toBe(true);
    child.kill("SIGKILL");
    await eventually(() => expect(alive(Number(pid))).toBe(false));
  });
});
