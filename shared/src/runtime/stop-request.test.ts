import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";

/** A program whose stop never ends by itself. */
async function run(withinMs: number) {
  const script = `
    import { stopRequest } from ${JSON.stringify(new URL("./stop-request.ts", import.meta.url).href)};
    stopRequest(${withinMs}).addEventListener("abort", () => console.log("stopping"));
    setInterval(() => {}, 1_000);
    console.log("running");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const exited = once(child, "exit").then(([code, signal]) => code ?? signal);
  await eventually(() => expect(output).toBe("running\n"), 20_000);
  return { child, exited, output: () => output };
}

test.skipIf(process.platform === "win32")("signals within a second are one request to stop; a later one exits with 1", async () => {
  const { child, exited, output } = await run(600_000);
  const began = performance.now();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) child.kill(signal);
  await eventually(() => {
    child.kill("SIGTERM");
    expect(child.exitCode ?? child.signalCode).not.toBeNull();
  }, 20_000);
  expect(performance.now() - began).toBeGreaterThan(1_000);
  expect(output()).toBe("running\nstopping\n");
  // In its last moments Node does not listen to signals any more.
  expect([1, "SIGTERM"]).toContain(await exited);
});

test.skipIf(process.platform === "win32")("a stop beyond its time exits with 1", async () => {
  const { child, exited, output } = await run(100);
  child.kill("SIGTERM");
  expect(await exited).toBe(1);
  expect(output()).toBe("running\nstopping\n");
});

test.skipIf(process.platform === "win32")(
  "PostgreSQL ends with a process that exits at once",
  async () => {
    const directory = mkdtempSync(join(tmpdir(), "newfeed-exit-"));
    const script = `
    import { startPostgres } from ${JSON.stringify(new URL("../embedded/postgres.ts", import.meta.url).href)};
    const { pid } = await startPostgres({ directory: ${JSON.stringify(directory)}, password: "x", durable: false });
    process.stdout.write(String(pid), () => process.exit(1));`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const [pid] = await once(child.stdout.setEncoding("utf8"), "data");
    await eventually(() => expect(() => process.kill(Number(pid), 0)).toThrow("ESRCH"), 20_000);
    rmSync(directory, { recursive: true, force: true });
  },
  60_000,
);
