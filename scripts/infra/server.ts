import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { childEnvironment } from "@newfeed/shared/embedded/child-environment.ts";

/** A server, started here unless its URL was given. */
export interface Server {
  readonly url: string;
  readonly port: number;
  /** Undefined while the server is down, and when it is not a local process. */
  readonly pid: number | undefined;
  /** Resolves when the running process exits, for whatever reason. */
  readonly ended: Promise<void>;
  /** For signals that do not end the process, such as SIGSTOP and SIGCONT. */
  signal(signal: NodeJS.Signals): void;
  /** Stops it, even when frozen, and waits for its exit. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Restarts it on the same port with the same password and data. Resolves when it accepts connections. */
  start(): Promise<void>;
  /** Deletes its data, as a lost disk would; stop it first. */
  wipe(): Promise<void>;
  /** Stops it for good, with every process started for it. */
  close(): Promise<void>;
}

/** A server is missing or does not start; `message` is meant for the user. */
export class InfraFailed extends Error {}

export interface Program {
  name: string;
  command: readonly [program: string, ...args: string[]];
  environment?: Record<string, string>;
  /** File for its output. */
  log: string;
  /** Polled until it resolves with true. */
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
/** A command prefix that makes the kernel kill the child when this process dies, where that is supported. */
function endsWithParent(): string[] {
  const command = ["setpriv", "--pdeathsig", "KILL", "--"];
  prefix ??= process.platform === "linux" && spawnSync("setpriv", [...command.slice(1), "true"], { stdio: "ignore" }).status === 0 ? command : [];
  return prefix;
}

/** Starts a program and waits until it is ready. Throws `InfraFailed` with the end of its log. */
export async function startProgram({ name, command, environment, log, ready }: Program): Promise<RunningProgram> {
  const [program = "", ...args] = [...endsWithParent(), ...command];
  const output = openSync(log, "a");
  // In its own session, so that Ctrl-C in the terminal does not stop it before its clients.
  const child = spawn(program, args, { cwd: "/", detached: true, stdio: ["ignore", output, output], env: childEnvironment(environment) });
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
    throw new InfraFailed(`${name} did not start: ${failure?.message ?? (readFileSync(log, "utf8").trim().slice(-2_000) || "no output")}`);
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
      const killTimer = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
      await ended;
      clearTimeout(killTimer);
    },
  };
}

export interface ServerParts {
  url: string;
  run(): Promise<RunningProgram>;
  wipe(): Promise<void>;
  /** Stops helper processes. */
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

/** A server given by its URL, which is used only. */
export function givenServer(name: string, url: string): Server {
  const refuse = () => {
    throw new Error(`${name} was given by its URL and cannot be stopped or started here`);
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
 * A free port below the ephemeral range (32768 and up on Linux). While a server is down, an outgoing connection could
 * take a port of that range, even a connection to this server: TCP allows a connection to itself.
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
