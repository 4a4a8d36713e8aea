import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Launch, launch, type ProcessGroup } from "./process-group.ts";

/** A server, started here unless its URL was given. */
export interface Server {
  readonly url: string;
  readonly port: number;
  /** Undefined while the server is down, and when it is not a local process. */
  readonly pid: number | undefined;
  /** Resolves when the running process exits, for whatever reason. */
  readonly ended: Promise<unknown>;
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

export interface Program extends Launch {
  name: string;
  /** Polled until it resolves with true. */
  ready(program: ProcessGroup): Promise<boolean>;
  /** Ends a start that is not wanted any more. */
  signal?: AbortSignal | undefined;
}

export type RunningProgram = Pick<ProcessGroup, "pid" | "signal" | "stop"> & { readonly ended: Promise<unknown> };

const startWithinMs = 90_000;

/** Starts a program and waits until it is ready. Throws `InfraFailed` with the end of its log, and the reason of `signal`. */
export async function startProgram({ name, ready, signal, ...command }: Program): Promise<ProcessGroup> {
  const program = launch(command);
  for (const deadline = Date.now() + startWithinMs; program.pid !== undefined; await sleep(50)) {
    if (signal?.aborted || Date.now() > deadline) await program.stop("SIGKILL");
    else if ((await ready(program).catch(() => false)) && program.pid !== undefined) return program;
  }
  signal?.throwIfAborted();
  const how = await program.ended;
  throw new InfraFailed(`${name} did not start: ${program.printed().trim().slice(-2_000) || how}`);
}

export interface ServerParts {
  url: string;
  /** Starts the server. Throws the reason of `signal` when that is aborted. */
  run(signal: AbortSignal): Promise<RunningProgram>;
  wipe(): Promise<void>;
  /** Stops helper processes. */
  close?(): Promise<void>;
}

/** Starts a server for the first time. */
export async function startServer({ url, run, wipe, close = async () => {} }: ServerParts, signal?: AbortSignal): Promise<Server> {
  const closing = new AbortController();
  let running: RunningProgram;
  try {
    running = await run(AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]));
  } catch (error) {
    await close();
    throw error;
  }
  let starting: Promise<unknown> | undefined;
  return {
    url,
    port: Number(new URL(url).port),
    get pid() {
      return running.pid;
    },
    get ended() {
      return running.ended;
    },
    signal: (name) => running.signal(name),
    stop: (name) => running.stop(name),
    async start() {
      if (running.pid !== undefined || closing.signal.aborted) return;
      // The port is free once no process of the group is left.
      starting ??= running.ended
        .then(() => run(closing.signal))
        .then((started) => {
          running = started;
        })
        .finally(() => {
          starting = undefined;
        });
      await starting;
    },
    wipe,
    async close() {
      // A restart that is under way would outlive this.
      closing.abort();
      await starting?.catch(() => {});
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

const [firstPort, endOfPorts] = [20_000, 32_000];

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/**
 * Free ports below the ephemeral range (32768 and up on Linux). While a server is down, an outgoing connection could take
 * a port of that range, even a connection to this server: TCP allows a connection to itself. They are neighbours, so that
 * two clusters that start at the same time rarely choose the same.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let port = firstPort + Math.floor(Math.random() * (endOfPorts - firstPort)); ports.length < count; port++) {
    if (port === endOfPorts) port = firstPort;
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

/** One of `freePorts`. */
export async function freePort(): Promise<number> {
  return (await freePorts(1))[0] as number;
}
