import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { pdf } from "./support/uploads.ts";

/**
 * Runs the examples of docs/tour.md unchanged, from top to bottom, in one folder. Of its fenced blocks
 *   bash  is run, and may keep running,
 *   json  is the previous command's response,
 *   text  is what the running command prints, in any order,
 *   js    is saved under the name in its first line.
 * `…` stands for anything, and responses may have more fields.
 */
interface Block {
  language: string;
  code: string;
  line: number;
}

const tour = readFileSync(new URL("../docs/tour.md", import.meta.url), "utf8");

const blocks: Block[] = [...tour.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ 1: language = "", 2: code = "", index }) => ({
  language,
  code,
  line: tour.slice(0, index).split("\n").length,
}));

let feed: TestFeed;
let folder: string;
beforeAll(async () => {
  // The tour's address, so that URLs in responses match.
  feed = await startTestFeed({ MEDIA_BASE_URL: "http://localhost:8080/media" });
  folder = mkdtempSync(join(tmpdir(), "newfeed-tour-"));
  symlinkSync(fileURLToPath(new URL("../node_modules", import.meta.url)), join(folder, "node_modules"));
  await sharp({ create: { width: 1600, height: 1200, channels: 3, background: "teal" } })
    .jpeg()
    .toFile(join(folder, "photo.jpg"));
  writeFileSync(join(folder, "report.pdf"), pdf());
});
afterAll(async () => {
  await stop();
  await feed.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The values of `<postId>` and other placeholders, from the latest responses. */
const known = new Map<string, string>();

/** A block's code for the feed of this test, with its placeholders filled in. */
const fill = (code: string) =>
  code
    .replaceAll("http://localhost:8080", feed.url)
    .replaceAll("http://localhost:3005", feed.notificationUrl)
    .replaceAll(/<(\w+)>/g, (placeholder, name: string) => {
      const value = known.get(name);
      if (value === undefined) throw new Error(`no response so far has ${placeholder}`);
      return value;
    });

function remember(answer: unknown): void {
  const { id, public_id, data } = answer as { id?: string; public_id?: string; data?: Record<string, Record<string, { id?: string }>> };
  const { secret }: { secret?: unknown } = data ?? {};
  if (typeof secret === "string") known.set("secret", secret);
  if (id && public_id) known.set("mediaId", id);
  for (const result of Object.values(data ?? {})) for (const kind of ["post", "comment"]) if (result?.[kind]?.id) known.set(`${kind}Id`, result[kind].id);
}

const quote = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
const pattern = (text: string) => new RegExp(`^${text.split("…").map(quote).join(".*")}$`, "m");

/** A response as the tour shows it, as a matcher. */
function shown(value: unknown): unknown {
  if (typeof value === "string" && value.includes("…")) return expect.stringMatching(pattern(value));
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  return expect.objectContaining(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shown(item)])));
}

interface Running {
  child: ChildProcess;
  exited: Promise<unknown>;
  output: () => string;
}
/** The latest command. */
let running: Running | undefined;
/** Its code. */
let command = "";
/** The command that keeps running, in the first terminal. */
let watching: Running | undefined;

function start(code: string): Running {
  const child = spawn("bash", ["-c", fill(code)], {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` },
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return { child, exited: once(child, "close"), output: () => output };
}

/** Interrupts the whole process group, as Ctrl-C does. */
async function stop(): Promise<void> {
  if (!watching) return;
  const { child, exited } = watching;
  watching = undefined;
  if (child.pid && child.exitCode === null) process.kill(-child.pid, "SIGINT");
  await exited;
}

/** Whether a command runs until it is stopped. */
const keepsRunning = (code: string) => /^(curl -N|node) /.test(code);

/** Whether a command changes nothing, so that it can be run again. */
const isRead = (code: string) => code.startsWith("curl ") && !/ -[dFX] /.test(code);

test("every command of the tour is followed by its output", () => {
  expect(blocks.length).toBeGreaterThan(30);
  expect(new Set(blocks.map((block) => block.language))).toEqual(new Set(["bash", "json", "text", "js"]));
  const commands = blocks.filter((block) => block.language === "bash");
  expect(blocks.filter((block) => block.language === "json" || block.language === "text")).toHaveLength(commands.length);
});

for (const { language, code, line } of blocks)
  test(`line ${line}: ${code.split("\n")[0]?.slice(0, 90)}`, async () => {
    switch (language) {
      case "bash": {
        if (keepsRunning(code)) await stop();
        running = start(code);
        command = code;
        if (keepsRunning(code)) {
          watching = running;
          // It follows before the next command runs.
          await eventually(() => expect(watching?.output()).toMatch(/^(event: hello|following: true)$/m));
          const [, connection] = /"connection":"([^"]+)"/.exec(watching.output()) ?? [];
          if (connection) known.set("connection", connection);
        } else expect(await running.exited).toEqual([0, null]);
        return;
      }
      case "json": {
        const answer: unknown = JSON.parse(running?.output() ?? "");
        const expected = shown(JSON.parse(code));
        if (!isRead(command)) expect(answer).toEqual(expected);
        // What events bring is there within moments: a read is repeated until then.
        else
          await eventually(async () => {
            const repeated = start(command);
            await repeated.exited;
            expect(JSON.parse(repeated.output())).toEqual(expected);
          });
        remember(answer);
        return;
      }
      case "text": {
        for (const expected of code.trimEnd().split("\n")) await eventually(() => expect(watching?.output()).toMatch(pattern(expected)));
        const positions = [...(watching?.output() ?? "").matchAll(/^id: (\S+)$/gm)];
        known.set("cursor", positions.at(-1)?.[1] ?? "");
        await stop();
        return;
      }
      default:
        writeFileSync(join(folder, /^\/\/ (\S+)/.exec(code)?.[1] ?? ""), fill(code));
        expect(code).toMatch(/^\/\/ \S+\.mjs\n/);
    }
  });
