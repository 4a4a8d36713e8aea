import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { eventually } from "@newfeed/shared/testing/eventually.ts";

const start = fileURLToPath(new URL("../../app/start.ts", import.meta.url));

export interface FeedProcess {
  child: ChildProcess;
  url: string;
  /** Its output so far, stdout and stderr. */
  output(): string;
  /** Resolves with the exit code, or the signal that ended it. */
  signal(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

export interface Ended {
  code: number | NodeJS.Signals;
  output: string;
}

function launch(directory: string, environment: Record<string, string>, args: string[] = [], program = start) {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH ?? "",
      NODE_ENV: "test",
      PORT: "0",
      NOTIFICATION_PORT: "0",
      NEWFEED_DATA_DIR: directory,
      RATE_LIMIT_FACTOR: "1000",
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
  return { child, exited, output: () => output };
}

/** Starts NewFeed as a process with its own PostgreSQL, and waits until it is ready. */
export async function startProcess(directory: string, environment: Record<string, string> = {}, args: string[] = [], program = start): Promise<FeedProcess> {
  const { child, exited, output } = launch(directory, environment, args, program);
  const url = await Promise.race([
    eventually(() => {
      const match = /^NewFeed ready at (\S+)/m.exec(output());
      if (!match?.[1]) throw new Error(`not ready: ${output()}`);
      return match[1];
    }, 30_000),
    exited.then((code) => {
      throw new Error(`exited with ${code}: ${output()}`);
    }),
  ]);
  return {
    child,
    url,
    output,
    signal(signal) {
      child.kill(signal);
      return exited;
    },
  };
}

/** Runs NewFeed where it is expected not to start. */
export async function runToEnd(directory: string, environment: Record<string, string> = {}): Promise<Ended> {
  const { exited, output } = launch(directory, environment);
  return { code: await exited, output: output() };
}
