import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { childEnvironment } from "@newfeed/shared/embedded/child-environment.ts";
import { openProgramLog } from "@newfeed/shared/embedded/program-log.ts";

export interface Launch {
  command: readonly [program: string, ...args: string[]];
  environment?: Record<string, string>;
  /** File for its output. */
  log: string;
  /** What the kernel sends it when this process dies, where that is supported. It reaches no process that the program starts. */
  whenParentDies?: "KILL" | "TERM";
}

/** A program in a process group of its own, with every process that it starts there. */
export interface ProcessGroup {
  /** Of the program; undefined once it has exited. */
  readonly pid: number | undefined;
  /** Resolves with how the program ended, when no process of its group is left. */
  readonly ended: Promise<string>;
  /** What it has printed so far. */
  printed(): string;
  /** Signals the program. */
  signal(signal: NodeJS.Signals): void;
  /** Ends the program, even when frozen, then the rest of its group. Resolves when that is done, within half a minute. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const endsWithinMs = 20_000;
/** The kernel needs this long to end killed processes. Longer they are zombies of an init that does not wait for them, which hold nothing. */
const goneWithinMs = 2_000;

let isSupported: boolean | undefined;
/** A command prefix that has the kernel signal the program when this process dies. */
function endsWithParent(signal: string): string[] {
  isSupported ??= process.platform === "linux" && spawnSync("setpriv", ["--pdeathsig", "KILL", "--", "true"], { stdio: "ignore" }).status === 0;
  return isSupported ? ["setpriv", "--pdeathsig", signal, "--"] : [];
}

/** Signals all processes of a group. Returns whether there are any. */
function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch {
    return false;
  }
}

/** Workers of a program that was killed hold its port. */
async function endRest(leader: number): Promise<void> {
  for (const deadline = Date.now() + goneWithinMs; signalGroup(leader, "SIGKILL") && Date.now() < deadline; ) await sleep(10);
}

/** Leaders of the groups that have not ended. */
const living = new Set<number>();
process.once("exit", () => {
  for (const leader of living) signalGroup(leader, "SIGKILL");
});

/** Resolves with how the process ended. */
const exitOf = (child: ChildProcess) =>
  new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `code ${code}`));
    child.once("error", (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
  });

/** Starts a program in a session of its own, so that Ctrl-C in the terminal does not reach it. When this process exits, all of its group ends. */
export function launch({ command, environment, log: file, whenParentDies = "KILL" }: Launch): ProcessGroup {
  const [program = "", ...args] = [...endsWithParent(whenParentDies), ...command];
  const log = openProgramLog(file);
  const child = spawn(program, args, { cwd: "/", detached: true, stdio: ["ignore", log.descriptor, log.descriptor], env: childEnvironment(environment) });
  const leader = child.pid;
  if (leader !== undefined) living.add(leader);
  let alive = leader !== undefined;
  let last: string | undefined;
  const ended = exitOf(child).then(async (how) => {
    alive = false;
    if (leader !== undefined) {
      await endRest(leader);
      living.delete(leader);
    }
    last = log.printed();
    log.close();
    return how;
  });
  return {
    get pid() {
      return alive ? leader : undefined;
    },
    ended,
    printed: () => last ?? log.printed(),
    signal(signal) {
      if (alive) child.kill(signal);
    },
    async stop(signal = "SIGTERM") {
      if (alive && leader !== undefined) {
        child.kill(signal);
        // A frozen process handles a signal only after SIGCONT.
        signalGroup(leader, "SIGCONT");
        const timer = setTimeout(() => signalGroup(leader, "SIGKILL"), endsWithinMs);
        void ended.then(() => clearTimeout(timer));
      }
      await ended;
    },
  };
}
