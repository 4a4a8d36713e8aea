import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** One line of the process table, as `processes.json` has it. */
export interface TableRow {
  name: string;
  instance: string;
  pid: number | null;
  port: number;
}

export interface ProcessPlan {
  name: string;
  instance: string;
  port: number;
  command: string;
  args: string[];
  environment: Record<string, string>;
  /** Resolves when it does its work. */
  ready: () => Promise<boolean>;
}

export interface SupervisorOptions {
  /** Where `processes.json` and the logs go. */
  directory: string;
  /** Start again what dies. */
  restart: boolean;
  /** Told when something dies or is back. */
  progress: (line: string) => void;
}

/** Keeps processes running, and the table of them true. */
export interface Supervisor {
  /** Starts a process and waits until it is ready. Throws when it ends before. */
  start(plan: ProcessPlan): Promise<void>;
  /** A server that others look after: shown in the table. */
  list(row: { name: string; instance: string; port: number; pid: () => number | null | undefined }): void;
  /** Signals a process of ours. */
  signal(instance: string, signal: NodeJS.Signals): void;
  rows(): TableRow[];
  /** Ends everything that was started here, in reverse order of the groups given. */
  close(order: readonly (readonly string[])[]): Promise<void>;
}

const readyWithinMs = 60_000;
const firstPauseMs = 300;
const longestPauseMs = 5_000;

interface Running {
  plan: ProcessPlan;
  child: ChildProcess | undefined;
  exited: Promise<unknown>;
  failures: number;
}

export function createSupervisor({ directory, restart, progress }: SupervisorOptions): Supervisor {
  mkdirSync(join(directory, "logs"), { recursive: true });
  const running = new Map<string, Running>();
  const listed: { name: string; instance: string; port: number; pid: () => number | null | undefined }[] = [];
  let closing = false;

  const rows = (): TableRow[] => [
    ...listed.map(({ name, instance, port, pid }) => ({ name, instance, pid: pid() ?? null, port })),
    ...[...running.values()].map(({ plan: { name, instance, port }, child }) => ({ name, instance, pid: child?.pid ?? null, port })),
  ];
  let written = "";
  /** Written beside and renamed: whoever reads it gets a whole table. */
  function writeTable() {
    const text = `${JSON.stringify(rows(), null, 2)}\n`;
    if (text === written) return;
    written = text;
    writeFileSync(join(directory, "processes.json.new"), text);
    renameSync(join(directory, "processes.json.new"), join(directory, "processes.json"));
  }
  // Servers are started again by others: their lines are looked at now and then.
  const timer = setInterval(writeTable, 200);

  function launch(entry: Running): void {
    const { plan } = entry;
    const log = createWriteStream(join(directory, "logs", `${plan.instance}.log`), { flags: "a" });
    const child = spawn(plan.command, plan.args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH ?? "", ...plan.environment },
      detached: true,
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    entry.child = child;
    entry.exited = once(child, "exit").then(([code, signal]) => {
      entry.child = undefined;
      log.end();
      writeTable();
      if (closing) return;
      progress(`${plan.instance} ended (${signal ?? `code ${code}`})${restart ? "; starting it again" : ""}`);
      if (restart) void startAgain(entry);
    });
    // A command that cannot be run at all.
    child.on("error", (error) => progress(`${plan.instance}: ${error.message}`));
    writeTable();
  }

  async function startAgain(entry: Running): Promise<void> {
    await sleep(Math.min(firstPauseMs * 2 ** entry.failures++, longestPauseMs));
    if (closing) return;
    launch(entry);
    if (await becomesReady(entry)) {
      entry.failures = 0;
      progress(`${entry.plan.instance} is back`);
    }
  }

  async function becomesReady(entry: Running): Promise<boolean> {
    const deadline = Date.now() + readyWithinMs;
    while (Date.now() < deadline && !closing) {
      if (!entry.child) return false;
      if (await entry.plan.ready()) return true;
      await sleep(100);
    }
    return false;
  }

  return {
    async start(plan) {
      const entry: Running = { plan, child: undefined, exited: Promise.resolve(), failures: 0 };
      running.set(plan.instance, entry);
      launch(entry);
      if (!(await becomesReady(entry)) && !closing)
        throw new Error(`${plan.instance} did not become ready; see ${join(directory, "logs", `${plan.instance}.log`)}`);
    },
    list(row) {
      listed.push(row);
      writeTable();
    },
    signal(instance, signal) {
      running.get(instance)?.child?.kill(signal);
    },
    rows,
    async close(order) {
      closing = true;
      for (const names of order)
        await Promise.all(
          [...running.values()]
            .filter(({ plan }) => names.includes(plan.name))
            .map(async (entry) => {
              entry.child?.kill("SIGTERM");
              // One that was frozen does not hear anything else.
              entry.child?.kill("SIGCONT");
              const timer = setTimeout(() => entry.child?.kill("SIGKILL"), 20_000);
              await entry.exited;
              clearTimeout(timer);
            }),
        );
      clearInterval(timer);
      writeTable();
    },
  };
}
