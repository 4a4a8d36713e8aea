import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

let feed: TestFeed;
let project: string;

/** The path of a package or dependency in this repository. */
const installed = (name: string) => [`${root}client/node_modules/${name}`, `${root}node_modules/${name}`].find((path) => existsSync(path)) as string;

beforeAll(async () => {
  feed = await startTestFeed();
  project = mkdtempSync(join(tmpdir(), "newfeed-package-"));
  execFileSync(process.execPath, [`${root}client/scripts/build.mjs`, join(project, "built")], { stdio: ["ignore", "ignore", "inherit"] });
  // As npm would install it: with its dependencies, and nothing else of this repository.
  const home = join(project, "node_modules/@newfeed/client");
  cpSync(join(project, "built"), home, { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as { dependencies: Record<string, string> };
  for (const name of Object.keys(dependencies)) symlinkSync(installed(name), join(project, "node_modules", name));
  mkdirSync(join(project, "src"));
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
});
afterAll(async () => {
  await feed.close();
  rmSync(project, { recursive: true, force: true });
});

/** The machine's own Node, older than the pinned one where there is one. */
function otherNodes(): string[] {
  const found = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .map((folder) => join(folder, process.platform === "win32" ? "node.exe" : "node"))
    .filter((file) => existsSync(file));
  return [...new Set([...found.slice(0, 1), process.execPath])];
}

describe("the published package", () => {
  test("contains JavaScript and declarations, and neither imports nor depends on the server", () => {
    const files = readdirSync(join(project, "built"), { recursive: true, encoding: "utf8" });
    const scripts = files.filter((file) => file.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(20);
    expect(files.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))).toEqual([]);
    for (const file of scripts)
      expect(readFileSync(join(project, "built", file), "utf8"), file).not.toMatch(/@newfeed\/(shared|api-gateway)|from "\.[^"]*\.ts"/);
  });

  test.each(otherNodes())("signs in, writes and follows on both transports under %s", async (node) => {
    const program = `
      import { createClient } from "@newfeed/client";
      const results = [];
      for (const transport of ["socket", "sse"]) {
        const client = createClient({ baseUrl: process.argv[2], transport });
        const name = "package_" + transport + "_" + process.pid;
        await client.session.signUp({ username: name, email: name + "@test.com", password: "Test123" });
        const post = await client.posts.create({ content: "Hello", postType: "TEXT" });
        const comments = client.follow.post(post.id);
        await comments.ready;
        await client.comments.create(post.id, { content: "From " + transport });
        for await (const event of comments) {
          results.push(event.comment.content);
          break;
        }
        const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
        const steps = [];
        await client.media.upload(new Blob([png], { type: "image/png" }), { onProgress: ({ sent, total }) => steps.push(sent / total) });
        results.push(steps.at(-1));
        client.close();
      }
      console.log(JSON.stringify({ version: process.version, results }));
    `;
    writeFileSync(join(project, "src/program.mjs"), program);
    const child = spawn(node, [join(project, "src/program.mjs"), feed.url], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    expect((await once(child, "exit"))[0]).toBe(0);
    const { version, results } = JSON.parse(output) as { version: string; results: unknown[] };
    process.stderr.write(`the published client ran under Node ${version}\n`);
    expect(Number(version.slice(1).split(".")[0])).toBeGreaterThanOrEqual(18);
    expect(results).toEqual(["From socket", 1, "From sse", 1]);
  });

  test("passes a strict compiler that checks its declarations", () => {
    writeFileSync(
      join(project, "src/user.ts"),
      `import { createClient, type NewFeedError } from "@newfeed/client";
       const client = createClient({ baseUrl: "http://localhost:8080" });
       for await (const event of client.follow.post("id")) {
         if (event.type === "comment_created") event.comment.author?.username satisfies string | undefined;
         // @ts-expect-error: there is no such event
         if (event.type === "comment_exploded") break;
       }
       // @ts-expect-error: a post is of a known type
       await client.posts.create({ content: "x", postType: "POEM" }).catch((error: NewFeedError) => error.fieldErrors);`,
    );
    // The React Native example's other dependencies.
    cpSync(`${root}examples/react-native/use-comments.ts`, join(project, "src/use-comments.ts"));
    mkdirSync(join(project, "node_modules/@types"), { recursive: true });
    for (const name of ["react", "@types/react", "csstype"]) symlinkSync(installed(name), join(project, "node_modules", name));
    const settings = {
      strict: true,
      module: "nodenext",
      target: "es2022",
      lib: ["es2022", "dom", "dom.iterable"],
      types: [],
      noEmit: true,
      skipLibCheck: false,
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: settings, include: ["src/*.ts"] }));
    const compiler = `${root}client/node_modules/typescript/bin/tsc`;
    const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", project], { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });
});

describe("in a browser's bundle", () => {
  async function bundle(source: string) {
    writeFileSync(join(project, "src/entry.js"), source);
    // As `vite build` sets it; libraries have other files for development.
    vi.stubEnv("NODE_ENV", "production");
    const result = await build({
      root: project,
      configFile: false,
      logLevel: "error",
      build: {
        write: false,
        target: "es2022",
        minify: true,
        modulePreload: false,
        rolldownOptions: { input: join(project, "src/entry.js"), preserveEntrySignatures: "strict" },
      },
    });
    vi.unstubAllEnvs();
    const chunks = [result].flat().flatMap((one) => ("output" in one ? one.output : []));
    const scripts = chunks.flatMap((chunk) => (chunk.type === "chunk" ? [chunk] : []));
    // What the entry imports comes with it; the rest is loaded when it is used.
    const initial = new Set(scripts.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
    for (const name of initial) for (const imported of scripts.find(({ fileName }) => fileName === name)?.imports ?? []) initial.add(imported);
    const sizeOf = (isInitial: boolean) =>
      scripts.reduce((sum, { fileName, code }) => sum + (initial.has(fileName) === isInitial ? gzipSync(code, { level: 9 }).length : 0), 0);
    return { initial: sizeOf(true), later: sizeOf(false) };
  }

  test("is small, loads sockets and uploads only where they are used, and leaves unused code out", async () => {
    const all = await bundle('export * from "@newfeed/client";');
    const client = await bundle('export { createClient } from "@newfeed/client";');
    const merging = await bundle('export { mergeItem, newestFirst } from "@newfeed/client";');
    const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
    process.stderr.write(
      `gzipped: everything ${kilobytes(all.initial)}, createClient ${kilobytes(client.initial)} and ${kilobytes(client.later)} once a socket opens and a file is sent, mergeItem ${kilobytes(merging.initial)}\n`,
    );
    expect(client.initial).toBeLessThan(18_500);
    expect(client.later).toBeGreaterThan(8_000);
    expect(client.later).toBeLessThan(17_000);
    expect(merging.initial).toBeLessThan(1_000);
    expect(all.initial).toBeLessThan(client.initial + 5_500);
  });
});
