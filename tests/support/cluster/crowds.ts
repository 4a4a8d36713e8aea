import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { expect } from "vitest";
import type { Person } from "../feed.ts";
import type { Command, CrowdOptions, CrowdReport } from "./crowd-process.ts";

/** Clients that know of nothing but offsets: the next one is right, everything else is a fault. */
export interface Crowd {
  report(): Promise<CrowdReport>;
  pause(): void;
  resume(): void;
  /** All lose their connections in the same moment, and come back at once. */
  cut(): void;
  /** Resolves when all follow and are at this offset, without a fault. */
  isAt(offset: number, withinMs: number): Promise<CrowdReport>;
  close(): Promise<void>;
}

export interface CrowdPlan {
  url: string;
  people: readonly Person[];
  postId: string;
  sockets: number;
  streams: number;
  /** Its own work yields to everybody's: in life these clients are on other machines. */
  elsewhere?: boolean;
}

/** Opens a crowd, and waits until all of it follows. */
export async function openCrowd({ url, people, postId, sockets, streams, elsewhere = false }: CrowdPlan, withinMs = 30_000): Promise<Crowd> {
  const child: ChildProcess = fork(fileURLToPath(new URL("./crowd-process.ts", import.meta.url)), { serialization: "advanced" });
  if (elsewhere && child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const { hostname, port } = new URL(url);
  const options: CrowdOptions = { host: hostname, port: Number(port), postId, tokens: people.map(({ token }) => token), sockets, streams };
  child.send(options);
  const tell = (command: Command) => void child.send(command);
  const report = async () => {
    const answer = once(child, "message") as Promise<[CrowdReport]>;
    tell("report");
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
    pause: () => tell("pause"),
    resume: () => tell("resume"),
    cut: () => tell("cut"),
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
