import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { pinned, processorOf } from "./processes.ts";
import { root } from "./root.ts";

const source = fileURLToPath(new URL("fanload.c", import.meta.url));
const cacheDirectory = join(root, "node_modules/.cache/newfeed");

/** Compiles the native load tool unless it is up to date. Throws when there is no C compiler. */
function build(): string {
  const program = join(cacheDirectory, "fanload");
  if (existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs) return program;
  mkdirSync(cacheDirectory, { recursive: true });
  const { status, stderr, error } = spawnSync("gcc", ["-O2", "-o", `${program}.new`, source], { encoding: "utf8" });
  if (status !== 0) throw new Error(`cannot compile the load tool, which needs gcc: ${error?.message ?? stderr}`);
  renameSync(`${program}.new`, program);
  return program;
}

export interface Percentiles {
  count: number;
  mean: number;
  p50: number;
  p99: number;
  max: number;
}

/** What the load tool received since its last report; the C source defines each figure. */
export interface Report {
  ready_at_end: number;
  /** Events, over all subscribers. */
  received: number;
  missing: number;
  duplicates: number;
  out_of_order: number;
  disconnects: number;
  client_cpu_pct: number;
  latency_ms: Percentiles;
  last_ms: Percentiles;
}

export interface Subscribers {
  /** How long it took to connect them all. */
  seconds: number;
  /** The figures since the last report; they start again from zero. */
  report(): Promise<Report>;
  stop(): Promise<void>;
}

export interface SubscribersOptions {
  urls: readonly string[];
  count: number;
  socketio?: boolean;
  headers?: readonly string[];
  /** Frames that each subscriber sends once connected. `{line}` stands for its line of `lines`. */
  send?: readonly string[];
  /** Path of a file. */
  lines?: string;
  /** The text before an event's time and number; by default they are JSON fields. */
  marks?: { ts: string; seq: string };
  /** New connections a second; 0: all at once. */
  perSecond?: number;
  processor?: number;
}

/** Connects subscribers. Resolves when all are connected and subscribed. */
export async function connectSubscribers({
  urls,
  count,
  socketio,
  headers = [],
  send = [],
  lines,
  marks,
  perSecond = 2_000,
  processor = processorOf.load,
}: SubscribersOptions): Promise<Subscribers> {
  const args = ["--json", "-n", String(count), "--secs", "100000", "--connect-secs", "60", "--rate", String(perSecond)];
  for (const url of urls) args.push("--url", url);
  for (const header of headers) args.push("--header", header);
  if (marks) args.push("--ts-mark", marks.ts, "--seq-mark", marks.seq);
  if (lines) args.push("--lines", lines);
  for (const text of send) args.push("--send", text);
  if (socketio) args.push("--socketio");
  if (count > 20_000) args.push("--src-ips", "4");
  const [command, all] = pinned(processor, build(), args);
  const child: ChildProcess = spawn(command, all, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const reports: ((report: Report) => void)[] = [];
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => reports.shift()?.(JSON.parse(line) as Report));
  let errors = "";
  const seconds = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on("line", (line) => {
      const [, ready, took] = /^READY (\d+) of \d+ in ([\d.]+) s$/.exec(line) ?? [];
      if (Number(ready) === count) resolve(Number(took));
      else errors += `${line}\n`;
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the load tool exited with code ${code}: ${errors}`)));
  });
  return {
    seconds,
    report() {
      const answer = new Promise<Report>((resolve) => reports.push(resolve));
      child.kill("SIGUSR1");
      return answer;
    },
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
