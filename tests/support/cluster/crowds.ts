import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { expect } from "vitest";
import type { Person } from "../feed.ts";
import type { Command, CrowdOptions, CrowdReport } from "./crowd-process.ts";

/** Clients that check offsets only: anything but the next one is a fault. */
export interface Crowd {
  report(): Promise<CrowdReport>;
  pause(): void;
  resume(): void;
  /** All lose their connections at the same time and reconnect at once. */
  cut(): void;
  /** Resolves when all are following and at this offset, without a fault. */
  isAt(offset: number, withinMs: number): Promise<CrowdReport>;
  close(): Promise<void>;
}

export interface CrowdPlan {
  url: string;
  users: readonly Person[];
  postId: string;
  sockets: number;
  streams: number;
  /** Runs at low priority, since real clients run on other machines. */
  elsewhere?: boolean;
}

/** Opens a crowd, and waits until all clients follow. */
export async function openCrowd({ url, users, postId, sockets, streams, elsewhere = false }: CrowdPlan, withinMs = 30_000): Promise<Crowd> {
  const child: ChildProcess = fork(fileURLToPath(new URL("./crowd-process.ts", import.meta.url)), { serialization: "advanced" });
  if (elsewhere && child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const { hostname, port } = new URL(url);
  const options: CrowdOptions = { host: hostname, port: Number(port), postId, tokens: users.map(({ token }) => token), sockets, streams };
  child.send(options);
  const send = (command: Command) => void child.send(command);
  const report = async () => {
    const answer = once(child, "message") as Promise<[CrowdReport]>;
    send("report");
    return (await answer)[0];
  };
  const latencies: number[] = [];
  async function isAt(offset: number | undefined, within: number): Promise<CrowdReport> {
    const last = await eventually(async () => {
      const now = await report();
      latencies.push(...now.latencies);
      expect(now.faults).toEqual([]);
      const at = offset === undefined ? {} : { lowest: now.lowest, highest: now.highest };
      expect({ away: now.away, ...at }).toEqual({ away: 0, ...(offset !== undefined && { lowest: offset, highest: offset }) });
      return now;
    }, within);
    return { ...last, latencies: latencies.splice(0) };
  }
  const crowd: Crowd = {
    report,
    pause: () => send("pause"),
    resume: () => send("resume"),
    cut: () => send("cut"),
    isAt,
    async close() {
      if (child.exitCode !== null || !child.connected) return;
      child.disconnect();
      await once(child, "exit");
    },
  };
  try {
    await isAt(undefined, withinMs);
    return crowd;
  } catch (error) {
    await crowd.close();
    throw error;
  }
}

export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
