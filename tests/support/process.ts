import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { eventually } from "@newfeed/shared/testing/eventually.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const start = fileURLToPath(new URL("../../app/start.ts", import.meta.url));

export interface FeedProcess {
  child: ChildProcess;
  url: string;
  /** Its output so far, stdout and stderr. */
  output(): string;
  /** Resolves with the exit code, or the signal that ended it. The group of an npm script gets the signal. */
  signal(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

export interface Ended {
  code: number | NodeJS.Signals;
  output: string;
}

/** An npm script is started as a terminal or an init system does: in a process group of its own. */
function launch(directory: string, environment: Record<string, string>, args: string[] = [], program = start) {
  const script = /^npm (\S+)$/.exec(program)?.[1];
  const [command, own] = script ? ["npm", ["run", script, "--", ...args]] : [process.execPath, [program, ...args]];
  const child = spawn(command, own, {
    cwd: root,
    detached: script !== undefined,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH ?? "",
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? "",
      NODE_ENV: "test",
      PORT: "0",
      NOTIFICATION_PORT: "0",
      GRPC_PORT: "0",
      NEWFEED_DATA_DIR: directory,
      RATE_LIMIT_FACTOR: "1000",
      // No installation takes it.
      ...((environment.NODE_ENV ?? "test") === "test" && { CHEAP_PASSWORD_HASHES: "true" }),
      LINK_PREVIEWS: "false",
      LOG_LEVEL: "warn",
      ...environment,
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const exited = once(child, "exit").then(([code, signal]: (number | NodeJS.Signals | null)[]) => code ?? signal ?? 0) as Promise<number | NodeJS.Signals>;
  return {
    child,
    exited,
    output: () => output,
    signal(signal: NodeJS.Signals) {
      if (!script) child.kill(signal);
      else if (child.pid && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, signal);
    },
  };
}

/** Starts NewFeed as a process with its own PostgreSQL, or an npm script (`npm cluster`), and waits until it is ready. */
export async function startProcess(
  directory: string,
  environment: Record<string, string> = {},
  args: string[] = [],
  program = start,
  withinMs = 60_000,
): Promise<FeedProcess> {
  const { child, exited, output, signal } = launch(directory, environment, args, program);
  const url = await Promise.race([
    eventually(() => {
      const match = /(?:^|")NewFeed ready at ([^\s",]+)/m.exec(output());
      if (!match?.[1]) throw new Error(`not ready: ${output()}`);
      return match[1];
    }, withinMs),
    exited.then((code) => {
      throw new Error(`exited with ${code}: ${output()}`);
    }),
  ]);
  return {
    child,
    url,
    output,
    signal(name) {
      signal(name);
      return exited;
    },
  };
}

/** Runs NewFeed, or an npm script, where it is expected to end: by itself, or when it is signalled after it has printed `stopAt`. */
export async function runToEnd(
  directory: string,
  environment: Record<string, string> = {},
  args: string[] = [],
  program = start,
  stopAt?: string,
): Promise<Ended> {
  const { exited, output, signal } = launch(directory, environment, args, program);
  if (stopAt) {
    await eventually(() => {
      if (!output().includes(stopAt)) throw new Error(`not there yet: ${output()}`);
    }, 60_000);
    signal("SIGTERM");
  }
  return { code: await exited, output: output() };
}
