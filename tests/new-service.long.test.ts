import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { callersOf } from "./support/feed.ts";
import { startProcess } from "./support/process.ts";
import { copyRepository } from "./support/repository-copy.ts";

const name = "trial-feed-service";
const copy = mkdtempSync(join(tmpdir(), "newfeed-copy-"));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const run = (...args: string[]): SpawnSyncReturns<string> => {
  const { PATH = "", HOME = "", NODE_COMPILE_CACHE = "" } = process.env;
  return spawnSync(process.execPath, args, { cwd: copy, encoding: "utf8", env: { PATH, HOME, NODE_COMPILE_CACHE } });
};
function expectSuccess({ status, stdout, stderr }: SpawnSyncReturns<string>): void {
  expect(status, `${stdout}\n${stderr}`).toBe(0);
}

describe("a service made by scripts/new-service.mjs, composed by one line", () => {
  beforeAll(() => {
    copyRepository(copy);
    expectSuccess(run("scripts/new-service.mjs", name));
    const composition = join(copy, "app/services.ts");
    const line = `export { trialFeedService } from "@newfeed/${name}/service.ts";\n`;
    writeFileSync(composition, readFileSync(composition, "utf8").replace("export { userService }", `${line}$&`));
    // Built before there was this service; not what this test is about.
    utimesSync(join(copy, "web/dist/index.html"), new Date(), new Date());
  }, 300_000);

  test("passes verify", { timeout: 600_000 }, () => {
    expectSuccess(run("scripts/verify.mjs"));
  });

  test("passes its own test, and those of compose, the environment and the registry", { timeout: 600_000 }, () => {
    const files = [
      `${name}/src`,
      "tests/compose.test.ts",
      "tests/environment.test.ts",
      "tests/services.test.ts",
      "tests/statements.test.ts",
      "tests/retention-of-tables.test.ts",
    ];
    // How nginx serves the web client is the same with another service.
    const names = ["--testNamePattern", "^(?!.*let pages )"];
    expectSuccess(run("node_modules/vitest/vitest.mjs", "run", ...names, ...files, "shared/src/contracts/services.test.ts", "client/src/contract.test.ts"));
  });

  test("starts with the feed, and answers", { timeout: 300_000 }, async () => {
    const data = mkdtempSync(join(tmpdir(), "newfeed-trial-"));
    const server = { DATABASE_URL: new URL("/", inject("databaseUrl")).href, DATABASE_PREFIX: `trial${Date.now()}_` };
    const feed = await startProcess(data, server, [], join(copy, "app/start.ts"));
    try {
      const { call, person } = callersOf(feed.url);
      const alice = await person("alice");
      const visit = () => alice.post("/api/v1/trial-feed/visits");
      expect([(await visit()).body, (await visit()).body]).toEqual([{ visits: 1 }, { visits: 2 }]);
      expect((await call("POST", "/api/v1/trial-feed/visits")).status).toBe(401);
      expect(JSON.stringify((await call("GET", "/health/services")).body)).toContain(name);
    } finally {
      await feed.signal("SIGTERM");
      rmSync(data, { recursive: true, force: true });
    }
  });

  test("has a README of about ten lines", () => {
    expect(
      readFileSync(join(copy, name, "README.md"), "utf8")
        .trim()
        .split("\n").length,
    ).toBeLessThanOrEqual(11);
  });

  test("may import no other service", { timeout: 300_000 }, () => {
    writeFileSync(join(copy, name, "src/wrong.ts"), 'export { postService } from "@newfeed/post-service/service.ts";\n');
    const { status, stderr } = run("scripts/check-boundaries.mjs");
    expect(status).toBe(1);
    expect(stderr).toContain(`service-not-service: ${name}/src/wrong.ts -> post-service/src/service.ts`);
  });
});
