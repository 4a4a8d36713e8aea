import { spawnSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, matchesGlob, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { serviceNames } from "@newfeed/shared/contracts/services.ts";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { callersOf } from "./support/feed.ts";
import { startProcess } from "./support/process.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const image = mkdtempSync(join(tmpdir(), "newfeed-image-"));
afterAll(() => rmSync(image, { recursive: true, force: true }));

const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
const ignored = readFileSync(join(root, ".dockerignore"), "utf8").trim().split("\n");
/** What the image's build makes itself. */
const made = ["web/dist*", "**/src/generated"];

/** What runs in the image: what is copied into its build, less what the Dockerfile removes; packages are linked, but for those of development. */
beforeAll(() => {
  const leftOut = [...ignored.filter((pattern) => !made.includes(pattern)), "**/node_modules"];
  cpSync(root, image, { recursive: true, filter: (path) => !leftOut.some((pattern) => matchesGlob(relative(root, path), pattern)) });
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { devDependencies: Record<string, string> };
  const [packages, copied] = [join(root, "node_modules"), join(image, "node_modules")];
  mkdirSync(copied);
  for (const entry of readdirSync(packages)) {
    if (entry.startsWith(".") || entry in devDependencies) continue;
    if (entry === "@newfeed") cpSync(join(packages, entry), join(copied, entry), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(join(packages, entry), join(copied, entry));
  }
  for (const entry of readdirSync(image))
    if (existsSync(join(root, entry, "node_modules"))) symlinkSync(join(root, entry, "node_modules"), join(image, entry, "node_modules"));
  const removals = dockerfile.match(/^RUN rm -rf (?:.*\\\n)*.*$/gm) ?? [];
  for (const removal of removals)
    expect(spawnSync("sh", ["-ec", removal.slice("RUN ".length)], { cwd: image, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  expect(removals).toHaveLength(2);
}, 120_000);

test("the image holds what runs, and nothing else", () => {
  expect(readdirSync(image).sort()).toEqual(
    ["LICENSE", "api-gateway", "app", "client", "node_modules", "package.json", "scripts", "shared", "web", ...serviceNames].sort(),
  );
  expect(readdirSync(join(image, "scripts"))).toEqual(["operate"]);
  expect(readdirSync(join(image, "web")).filter((name) => name !== "node_modules")).toEqual(expect.arrayContaining(["README.md", "dist"]));
  expect(existsSync(join(image, "web/src"))).toBe(false);
  expect(globSync("**/*.test.ts", { cwd: image, exclude: (name) => name === "node_modules" })).toEqual([]);
});

test("a part starts there as far as it can without its servers", () => {
  const part = "post-service";
  const { status, stderr, stdout } = spawnSync(process.execPath, ["app/start.ts", `--services=${part}`], {
    cwd: image,
    encoding: "utf8",
    env: { PATH: process.env.PATH, NODE_ENV: "production" },
  });
  expect(`${stdout}${stderr}`).toContain(`REDIS_URL: is needed to run ${part} alone`);
  expect(status).toBe(1);
});

test("the operator's commands run there", () => {
  for (const command of globSync("scripts/operate/{admin,backup,dead-letters,media-move,migrate,rebuild,replay,restore}.ts", { cwd: image })) {
    const { status, stderr } = spawnSync(process.execPath, [command, "--no-such-option"], { cwd: image, encoding: "utf8", env: { PATH: process.env.PATH } });
    expect([command, status], stderr).toEqual([command, 2]);
    expect(stderr).toContain("usage: npm run");
  }
});

test("all of it runs there: pages, documents of the API, GraphQL, uploads' and clients' parts", { timeout: 120_000 }, async () => {
  const data = mkdtempSync(join(tmpdir(), "newfeed-trial-"));
  const server = { DATABASE_URL: new URL("/", inject("databaseUrl")).href, DATABASE_PREFIX: `image${Date.now()}_` };
  const feed = await startProcess(data, server, [], join(image, "app/start.ts"));
  try {
    const { call, person } = callersOf(feed.url);
    const alice = await person("alice");
    const { body } = await alice.post("/api/v1/posts", { postType: "TEXT", content: "Only what runs." });
    const { id } = body as { id: string };
    const page = await fetch(`${feed.url}/posts/${id}`, { headers: { accept: "text/html" } });
    expect(await page.text()).toContain("Only what runs.");
    for (const path of ["/openapi.json", "/asyncapi.json", "/schema.graphql", "/proto/newfeed/v1/post.proto", "/docs/"])
      expect([path, (await fetch(feed.url + path)).status]).toEqual([path, 200]);
    const answer = await call("POST", "/graphql", { query: "{ __typename }" });
    expect(answer.body).toEqual({ data: { __typename: "Query" } });
  } finally {
    await feed.signal("SIGTERM");
    rmSync(data, { recursive: true, force: true });
  }
});
