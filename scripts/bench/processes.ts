import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

const canPin = cpus().length > 1 && spawnSync("taskset", ["-V"]).status === 0;
/** The program under test has a processor of its own, the load another one, where there are two and taskset. */
export const processorOf = { measured: 0, load: 1 } as const;

/** A command and its arguments, pinned to a processor where that is possible. */
export function pinned(processor: number, command: string, args: readonly string[]): [string, string[]] {
  return canPin ? ["taskset", ["-c", String(processor), command, ...args]] : [command, [...args]];
}

/** Pins a process that runs, and what it starts from now on, where that is possible. */
export function pin(processor: number, pid: number): void {
  if (canPin) spawnSync("taskset", ["-cap", String(processor), String(pid)]);
}

/**
 * User and system seconds of a process so far: the first field of each thread's `schedstat`, in nanoseconds (the kernel's
 * sched-stats.rst). `/proc/<pid>/stat` counts in ticks of 10 ms, too coarse for short bursts.
 */
export function cpuSecondsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]), 0) / 1e9;
}

/** The proportional set size of one process: each shared page counts by its share. */
export function proportionalBytesOf(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) * 1024;
}

/** A program that a benchmark has started. */
export interface BenchProgram<Reply extends { type: string }> {
  pid: number;
  /** Sends a message, and resolves with the next one of the given type. */
  ask<T extends Reply["type"]>(message: { type: string } & Record<string, unknown>, answer: T): Promise<Extract<Reply, { type: T }>>;
  stop(): Promise<void>;
  /** Lets it shut down and stop the processes that it has started. */
  end(): Promise<void>;
}

/** Starts `scripts/bench/<file>` on a processor and waits for its `{type: "ready"}`. */
export async function startProgram<Reply extends { type: string }>(
  file: string,
  environment: Record<string, string> = {},
  processor: number = processorOf.measured,
  nodeOptions: readonly string[] = [],
): Promise<BenchProgram<Reply> & { ready: Extract<Reply, { type: "ready" }> }> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const [execPath, ...before] = canPin ? ["taskset", "-c", String(processor), process.execPath] : [process.execPath];
  const child: ChildProcess = fork(path, {
    execPath: execPath as string,
    execArgv: [...before, ...nodeOptions],
    env: { PATH: process.env.PATH, NODE_ENV: "production", ...environment },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  const next = <T extends Reply["type"]>(type: T) =>
    new Promise<Extract<Reply, { type: T }>>((resolve, reject) => {
      const onMessage = (message: unknown) => {
        if ((message as Reply).type !== type) return;
        child.off("message", onMessage);
        child.off("exit", onExit);
        resolve(message as Extract<Reply, { type: T }>);
      };
      const onExit = (code: number | null) => reject(new Error(`${file} exited with code ${code}`));
      child.on("message", onMessage);
      child.once("exit", onExit);
    });
  const ready = await next("ready" as Reply["type"]);
  return {
    ready: ready as Extract<Reply, { type: "ready" }>,
    pid: child.pid as number,
    ask(message, answer) {
      const answered = next(answer);
      child.send(message);
      return answered;
    },
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
    async end() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
