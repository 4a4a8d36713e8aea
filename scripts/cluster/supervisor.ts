import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childEnvironment } from "@newfeed/shared/embedded/child-environment.ts";
import { makePrivateFolder } from "@newfeed/shared/embedded/private-folder.ts";

/** One row of the process table in `processes.json`. */
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
  /** Whether it is ready. */
  ready: () => Promise<boolean>;
  /** What it prints when ready, where two processes can share its port: a request cannot tell which one responds. */
  announces?: string;
}

export interface SupervisorOptions {
  /** For `processes.json` and the logs. */
  directory: string;
  /** Restart what exits. */
  restart: boolean;
  /** Receives a line when a process exits or is ready again. */
  progress: (line: string) => void;
}

/** Keeps processes running and their table up to date. */
export interface Supervisor {
  /** Starts a process and waits until it is ready. Throws when it does not become ready. */
  start(plan: ProcessPlan): Promise<void>;
  /**
   * Replaces a process. Where two can share a port, the successor is ready before the predecessor is stopped. Resolves
   * when the predecessor has exited. Throws when the successor does not become ready; then the predecessor stays.
   */
  replace(instance: string): Promise<void>;
  /** Adds a server that is supervised elsewhere to the table. */
  list(row: { name: string; instance: string; port: number; pid: () => number | null | undefined }): void;
  /** Signals a supervised process. */
  signal(instance: string, signal: NodeJS.Signals): void;
  rows(): TableRow[];
  /** Stops all processes, one group after the other. */
  close(order: readonly (readonly string[])[]): Promise<void>;
}

const readyWithinMs = 60_000;
const endsWithinMs = 20_000;
const firstPauseMs = 300;
const longestPauseMs = 5_000;

/** A process, its exit, and whether it has announced that it is ready. */
interface Launched {
  child: ChildProcess;
  announced: boolean;
  exited: Promise<unknown>;
}

interface Running {
  plan: ProcessPlan;
  /** The process that serves this instance. */
  current: Launched | undefined;
  /** All live processes, a successor or predecessor included. */
  all: Set<Launched>;
  replacing: boolean;
  failures: number;
}

export function createSupervisor({ directory, restart, progress }: SupervisorOptions): Supervisor {
  makePrivateFolder(join(directory, "logs"));
  const running = new Map<string, Running>();
  const listed: { name: string; instance: string; port: number; pid: () => number | null | undefined }[] = [];
  let closing = false;

  const rows = (): TableRow[] => [
    ...listed.map(({ name, instance, port, pid }) => ({ name, instance, pid: pid() ?? null, port })),
    ...[...running.values()].map(({ plan: { name, instance, port }, current }) => ({ name, instance, pid: current?.child.pid ?? null, port })),
  ];
  let written = "";
  /** Writes the table atomically: beside it, then a rename. */
  function writeTable() {
    const text = `${JSON.stringify(rows(), null, 2)}\n`;
    if (text === written) return;
    written = text;
    writeFileSync(join(directory, "processes.json.new"), text);
    renameSync(join(directory, "processes.json.new"), join(directory, "processes.json"));
  }
  // Servers restart elsewhere, so their rows are polled.
  const timer = setInterval(writeTable, 200);

  function launch(entry: Running): Launched {
    const { plan } = entry;
    const log = createWriteStream(join(directory, "logs", `${plan.instance}.log`), { flags: "a" });
    const child = spawn(plan.command, plan.args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: childEnvironment(plan.environment),
      detached: true,
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    const launched: Launched = { child, announced: false, exited: Promise.resolve() };
    let tail = "";
    const listen = (chunk: Buffer) => {
      tail = (tail + chunk).slice(-1_000);
      if (!plan.announces || !tail.includes(plan.announces)) return;
      launched.announced = true;
      child.stdout.off("data", listen);
    };
    if (plan.announces) child.stdout.on("data", listen);
    entry.all.add(launched);
    launched.exited = once(child, "exit").then(([code, signal]) => {
      entry.all.delete(launched);
      log.end();
      if (entry.current !== launched) return;
      entry.current = undefined;
      writeTable();
      if (closing) return;
      progress(`${plan.instance} exited (${signal ?? `code ${code}`})${restart ? "; restarting it" : ""}`);
      // While it is being replaced, its successor takes over.
      if (restart && !entry.replacing) void startAgain(entry);
    });
    // The command cannot be run.
    child.on("error", (error) => progress(`${plan.instance}: ${error.message}`));
    return launched;
  }

  function place(entry: Running, launched: Launched): void {
    entry.current = launched;
    writeTable();
  }

  async function startAgain(entry: Running): Promise<void> {
    await sleep(Math.min(firstPauseMs * 2 ** entry.failures++, longestPauseMs));
    if (closing) return;
    const launched = launch(entry);
    place(entry, launched);
    if (await becomesReady(entry, launched, entry.plan.ready)) {
      entry.failures = 0;
      progress(`${entry.plan.instance} is ready again`);
    }
  }

  async function becomesReady(entry: Running, launched: Launched, isReady: () => Promise<boolean> | boolean): Promise<boolean> {
    const deadline = Date.now() + readyWithinMs;
    while (Date.now() < deadline && !closing) {
      if (!entry.all.has(launched)) return false;
      if (await isReady()) return true;
      await sleep(100);
    }
    return false;
  }

  async function end({ child, exited }: Launched): Promise<void> {
    child.kill("SIGTERM");
    // A frozen process handles SIGTERM only after SIGCONT.
    child.kill("SIGCONT");
    const timer = setTimeout(() => child.kill("SIGKILL"), endsWithinMs);
    await exited;
    clearTimeout(timer);
  }

  const logOf = ({ instance }: ProcessPlan) => join(directory, "logs", `${instance}.log`);

  async function replace(entry: Running): Promise<void> {
    const { plan } = entry;
    const old = entry.current;
    const beside = plan.announces !== undefined;
    if (!beside && old) await end(old);
    const successor = launch(entry);
    if (!beside) place(entry, successor);
    if (!(await becomesReady(entry, successor, beside ? () => successor.announced : plan.ready))) {
      if (entry.all.has(successor)) await end(successor);
      throw new Error(`the successor of ${plan.instance} did not become ready; see ${logOf(plan)}`);
    }
    place(entry, successor);
    if (beside && old && entry.all.has(old)) await end(old);
  }

  return {
    async start(plan) {
      const entry: Running = { plan, current: undefined, all: new Set(), replacing: false, failures: 0 };
      running.set(plan.instance, entry);
      const launched = launch(entry);
      place(entry, launched);
      if (!(await becomesReady(entry, launched, plan.ready)) && !closing) throw new Error(`${plan.instance} did not become ready; see ${logOf(plan)}`);
    },
    async replace(instance) {
      const entry = running.get(instance);
      if (!entry || entry.replacing || closing) throw new Error(`${instance} cannot be replaced now`);
      entry.replacing = true;
      try {
        await replace(entry);
      } finally {
        entry.replacing = false;
        if (restart && !closing && !entry.current) void startAgain(entry);
      }
    },
    list(row) {
      listed.push(row);
      writeTable();
    },
    signal(instance, signal) {
      running.get(instance)?.current?.child.kill(signal);
    },
    rows,
    async close(order) {
      closing = true;
      for (const names of order) {
        const launched = [...running.values()].filter(({ plan }) => names.includes(plan.name)).flatMap(({ all }) => [...all]);
        await Promise.all(launched.map(end));
      }
      clearInterval(timer);
      writeTable();
    },
  };
}
