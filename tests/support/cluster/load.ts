import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Person } from "../feed.ts";
import { type Crowd, percentile } from "./crowds.ts";

/** Content begins with its time, from which a receiver computes the latency. */
const stamp = () => `at:${performance.timeOrigin + performance.now()}|`;

/** So many are written at once where there is no rate. */
const atOnce = 16;

/** Entries of one post's stream, at a fixed rate (open loop), or as fast as they are accepted (`perSecond: Infinity`). */
export interface Load {
  /** Creates comments while `meanwhile` runs. Returns the total number of entries. */
  comment(count: number, perSecond: number, meanwhile?: () => Promise<unknown>): Promise<number>;
  /** Creates comments of `longBytes` each. (Edits would not do: a replay has the last one only.) Returns the total number of entries. */
  longComment(count: number, perSecond: number): Promise<number>;
}

/** Nearly the longest comment, of characters of three bytes. */
const long = "—".repeat(1_950);
export const longBytes = Buffer.byteLength(long);

export function createLoad(author: Person, postId: string): Load {
  let accepted = 0;
  async function comment(count: number, perSecond: number, more: string, meanwhile: () => Promise<unknown> = async () => {}) {
    const pending: Promise<number>[] = [];
    let underWay = 0;
    let wake = () => {};
    const done = meanwhile();
    const started = performance.now();
    for (let index = 0; index < count; index++) {
      await sleep(Math.max(0, started + (index * 1_000) / perSecond - performance.now()));
      while (perSecond === Number.POSITIVE_INFINITY && underWay >= atOnce)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      underWay++;
      pending.push(
        author
          .post(`/api/v1/posts/${postId}/comments`, { content: stamp() + more })
          .then(
            ({ status }) => status,
            () => 0,
          )
          .finally(() => {
            underWay--;
            wake();
          }),
      );
    }
    const answers = await Promise.all(pending);
    await done;
    expect(answers.filter((status) => status !== 201)).toEqual([]);
    accepted += count;
    return accepted;
  }
  return {
    comment: (count, perSecond, meanwhile) => comment(count, perSecond, "", meanwhile),
    longComment: (count, perSecond) => comment(count, perSecond, long),
  };
}

/** A crowd's 99th percentile of latency in milliseconds, which it also prints. */
export async function p99Of(others: Crowd, offset: number, what: string, withinMs = 60_000): Promise<number> {
  const { latencies } = await others.isAt(offset, withinMs);
  const [half, most] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
  process.stderr.write(`${what}: from write to delivery p50 ${half.toFixed(0)} ms, p99 ${most.toFixed(0)} ms (${latencies.length} deliveries)\n`);
  return most;
}
