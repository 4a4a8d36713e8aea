import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makePrivateFolder } from "@newfeed/shared/embedded/private-folder.ts";
import { type Launch, launch, type ProcessGroup } from "../infra/process-group.ts";

/** One row of the process table in `processes.json`. */
export interface TableRow {
  name: string;
  instance: string;
  pid: number | null;
  port: number;
}

export interface ProcessPlan extends Omit<Launch, "log"> {
  name: string;
  instance: string;
  port: number;
  /** Runs before each launch. */
  prepare?: () => void;
  /** Whether this process is ready: something that another one at its port could not answer. */
  ready: (launched: ProcessGroup) => Promise<boolean> | boolean;
  /** Whether two processes can share its port. */
  sharesPort: boolean;
}

export interface SupervisorOptions {
  /** For `processes.json` and the logs. */
  directory: string;
  /** Restart what exits. */
  restart: boolean;
  /** Receives a line when a process exits or is ready again. */
  progress: (line: string) => void;
  /** Ends a start that is not wanted any more. */
  signal?: AbortSignal | undefined;
}

/** Keeps processes running and their table up to date. */
export interface Supervisor {
  /** Starts a process and waits until it is ready. Throws when it does not become ready, and the reason of `signal`. */
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
  close(order: readonly (readonly string[])[], signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

const readyWithinMs = 60_000;
const firstPauseMs = 300;
const longestPauseMs = 5_000;

interface Running {
  plan: ProcessPlan;
  /** The process that serves this instance. */
  current: ProcessGroup | undefined;
  /** All live processes, a successor or predecessor included. */
  all: Set<ProcessGroup>;
  /** While it is started or replaced, its exit is handled there. */
  attended: boolean;
  failures: number;
}

/** The folder of the logs, one for each instance. */
export const logsOf = (directory: string): string => join(directory, "logs");

export function createSupervisor({ directory, restart, progress, signal: request }: SupervisorOptions): Supervisor {
  makePrivateFolder(logsOf(directory));
  const running = new Map<string, Running>();
  const listed: { name: string; instance: string; port: number; pid: () => number | null | undefined }[] = [];
  let closing = false;
  const isEnding = () => closing || request?.aborted === true;

  const rows = (): TableRow[] => [
    ...listed.map(({ name, instance, port, pid }) => ({ name, instance, pid: pid() ?? null, port })),
    ...[...running.values()].map(({ plan: { name, instance, port }, current }) => ({ name, instance, pid: current?.pid ?? null, port })),
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

  const logOf = ({ instance }: ProcessPlan) => join(logsOf(directory), `${instance}.log`);

  function launchOf(entry: Running): ProcessGroup {
    const { plan } = entry;
    plan.prepare?.();
    const launched = launch({ ...plan, log: logOf(plan) });
    entry.all.add(launched);
    void launched.ended.then((how) => {
      entry.all.delete(launched);
      if (entry.current !== launched) return;
      entry.current = undefined;
      writeTable();
      if (isEnding()) return;
      progress(`${plan.instance} exited (${how})${restart ? "; restarting it" : ""}`);
      if (restart && !entry.attended) void startAgain(entry);
    });
    return launched;
  }

  function place(entry: Running, launched: ProcessGroup): void {
    entry.current = launched;
    writeTable();
  }

  async function startAgain(entry: Running): Promise<void> {
    await sleep(Math.min(firstPauseMs * 2 ** entry.failures++, longestPauseMs));
    if (isEnding()) return;
    const launched = launchOf(entry);
    place(entry, launched);
    if (await becomesReady(entry, launched)) {
      entry.failures = 0;
      progress(`${entry.plan.instance} is ready again`);
    }
  }

  async function becomesReady({ plan }: Running, launched: ProcessGroup): Promise<boolean> {
    for (const deadline = Date.now() + readyWithinMs; launched.pid !== undefined && Date.now() < deadline && !isEnding(); await sleep(100))
      if ((await plan.ready(launched)) && launched.pid !== undefined) return true;
    return false;
  }

  const notReady = (what: string, plan: ProcessPlan, launched: ProcessGroup) =>
    new Error(`${what} did not become ready: ${launched.printed().trim().split("\n").at(-1) || "no output"}; see ${logOf(plan)}`);

  async function replace(entry: Running): Promise<void> {
    const { plan } = entry;
    const old = entry.current;
    if (!plan.sharesPort) await old?.stop();
    if (isEnding()) return;
    const successor = launchOf(entry);
    if (!plan.sharesPort) place(entry, successor);
    if (!(await becomesReady(entry, successor))) {
      await successor.stop();
      throw notReady(`the successor of ${plan.instance}`, plan, successor);
    }
    place(entry, successor);
    if (plan.sharesPort) await old?.stop();
  }

  /** Nothing else acts on the process's exit while `work` runs. */
  async function attend(entry: Running, work: () => Promise<void>): Promise<void> {
    entry.attended = true;
    try {
      await work();
    } finally {
      entry.attended = false;
    }
  }

  return {
    async start(plan) {
      const entry: Running = { plan, current: undefined, all: new Set(), attended: false, failures: 0 };
      running.set(plan.instance, entry);
      await attend(entry, async () => {
        const launched = launchOf(entry);
        place(entry, launched);
        if (await becomesReady(entry, launched)) return;
        request?.throwIfAborted();
        throw notReady(plan.instance, plan, launched);
      });
    },
    async replace(instance) {
      const entry = running.get(instance);
      if (!entry || entry.attended || isEnding()) throw new Error(`${instance} cannot be replaced now`);
      try {
        await attend(entry, () => replace(entry));
      } finally {
        if (restart && !isEnding() && !entry.current) void startAgain(entry);
      }
    },
    list(row) {
      listed.push(row);
      writeTable();
    },
    signal(instance, signal) {
      running.get(instance)?.current?.signal(signal);
    },
    rows,
    async close(order, signal) {
      closing = true;
      for (const names of order) {
        const launched = [...running.values()].filter(({ plan }) => names.includes(plan.name)).flatMap(({ all }) => [...all]);
        await Promise.all(launched.map((group) => group.stop(signal)));
      }
      clearInterval(timer);
      writeTable();
    },
  };
}
