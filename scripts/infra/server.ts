import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A server that a run needs, started by us unless its URL was given. */
export interface Server {
  readonly url: string;
  readonly port: number;
  /** Of the process that serves; undefined while none does, and where it is not a process of this machine. */
  readonly pid: number | undefined;
  /** Resolves when what runs now has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** For signals that end nothing, such as SIGSTOP and SIGCONT. */
  signal(signal: NodeJS.Signals): void;
  /** Ends it, also a frozen one, and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again: same port, same password, same data. Resolves when it takes connections. */
  start(): Promise<void>;
  /** Forgets its data, as a lost disk would; stop it first. */
  wipe(): Promise<void>;
  /** Stops it for good, with all that was started for it. */
  close(): Promise<void>;
}

/** What a run needs cannot be had here, or does not start; `message` is fit to be shown as it is. */
export class InfraFailed extends Error {}

export interface Program {
  name: string;
  command: readonly [program: string, ...args: string[]];
  environment?: Record<string, string>;
  /** Where what it prints is kept. */
  log: string;
  /** Does it serve? Asked again and again until it does. */
  ready(): Promise<boolean>;
}

export interface RunningProgram {
  readonly pid: number | undefined;
  readonly ended: Promise<void>;
  signal(signal: NodeJS.Signals): void;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const startWithinMs = 90_000;
const stopWithinMs = 20_000;

let prefix: string[] | undefined;
/** Where the kernel can be asked to: what we started ends with us, even when we are killed. */
function endsWithParent(): string[] {
  const asked = ["setpriv", "--pdeathsig", "KILL", "--"];
  prefix ??= process.platform === "linux" && spawnSync("setpriv", [...asked.slice(1), "true"], { stdio: "ignore" }).status === 0 ? asked : [];
  return prefix;
}

/** Starts a program and waits until it serves. Throws `InfraFailed` with the end of its log. */
export async function startProgram({ name, command, environment, log, ready }: Program): Promise<RunningProgram> {
  const [program = "", ...args] = [...endsWithParent(), ...command];
  const output = openSync(log, "a");
  // A session of its own: Ctrl-C in the terminal must not reach it before its clients are done.
  const child = spawn(program, args, { cwd: "/", detached: true, stdio: ["ignore", output, output], env: { ...process.env, ...environment } });
  closeSync(output);
  let failure: Error | undefined;
  const ended = once(child, "exit").then(
    () => {},
    (error: Error) => {
      failure = error;
    },
  );
  const running = supervise(child, ended);

  const deadline = Date.now() + startWithinMs;
  while (running.pid !== undefined && !(await ready().catch(() => false))) {
    if (Date.now() > deadline) {
      await running.stop("SIGKILL");
      break;
    }
    await sleep(50);
  }
  if (running.pid === undefined)
    throw new InfraFailed(`${name} did not start: ${failure?.message ?? (readFileSync(log, "utf8").trim().slice(-2_000) || "it printed nothing")}`);
  return running;
}

function supervise(child: ChildProcess, ended: Promise<void>): RunningProgram {
  let alive = child.pid !== undefined;
  void ended.then(() => {
    alive = false;
  });
  return {
    get pid() {
      return alive ? child.pid : undefined;
    },
    ended,
    signal(signal) {
      if (alive) child.kill(signal);
    },
    async stop(signal = "SIGTERM") {
      if (!alive) return;
      child.kill(signal);
      child.kill("SIGCONT");
      const stubborn = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
      await ended;
      clearTimeout(stubborn);
    },
  };
}

export interface ServerParts {
  url: string;
  run(): Promise<RunningProgram>;
  wipe(): Promise<void>;
  /** Ends what was started beside the server itself. */
  close?(): Promise<void>;
}

/** Starts a server for the first time. */
export async function startServer({ url, run, wipe, close = async () => {} }: ServerParts): Promise<Server> {
  let running: RunningProgram;
  try {
    running = await run();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    port: Number(new URL(url).port),
    get pid() {
      return running.pid;
    },
    get ended() {
      return running.ended;
    },
    signal: (signal) => running.signal(signal),
    stop: (signal) => running.stop(signal),
    async start() {
      if (running.pid === undefined) running = await run();
    },
    wipe,
    async close() {
      await running.stop();
      await close();
    },
  };
}

/** Somebody else's server, which we only use. */
export function givenServer(name: string, url: string): Server {
  const refuse = () => {
    throw new Error(`${name} was given by its URL: it is not ours to stop or start`);
  };
  return {
    url,
    port: Number(new URL(url).port),
    pid: undefined,
    ended: new Promise(() => {}),
    signal: refuse,
    stop: refuse,
    start: refuse,
    wipe: refuse,
    close: async () => {},
  };
}

/**
 * A free port below those that the system gives to outgoing connections (from 32768 on Linux). While a server is down,
 * such a connection could take its port, even one that tries to reach this very server: TCP lets it connect to itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch {
      continue;
    }
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
