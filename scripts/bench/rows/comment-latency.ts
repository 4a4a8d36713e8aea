import { join } from "node:path";
import { processorOf, startProgram } from "../processes.ts";
import type { Bench, Measured, Row } from "../row.ts";
import type { StackReply } from "../stack.ts";
import { alternating, median } from "../statistics.ts";
import type { WatchReply } from "../watchers.ts";

const [newfeed, baseline] = ["NewFeed's cluster", "the baseline"];
const files = { [newfeed]: "subjects/cluster.ts", [baseline]: "references/baseline/stack.ts" };
const subscribers = 100;
const rate = 20;

/** From sending a comment until the last subscriber has it, on each stack in turn. */
async function measure({ rounds, seconds, directory, progress }: Bench): Promise<Measured> {
  const watchers = await startProgram<WatchReply>("watchers.ts", {}, processorOf.load);
  const stacks = new Map<string, Awaited<ReturnType<typeof startProgram<StackReply>>>>();
  const samples = new Map(Object.keys(files).map((name) => [name, { p50: [] as number[], p99: [] as number[], accepted: [] as number[] }]));
  const commits: number[] = [];
  try {
    for (const [index, [name, file]] of Object.entries(files).entries()) {
      progress(`starting ${name}`);
      stacks.set(name, await startProgram<StackReply>(file, { DIRECTORY: join(directory, `stack-${index}`) }));
    }
    const run = async (name: string, forSeconds: number, atRate = rate) => {
      const stack = stacks.get(name);
      if (!stack) throw new Error(`${name} was not started`);
      const { url, socketUrl, tokens, postIds, commentPath } = stack.ready;
      const result = await watchers.ask(
        { type: "watch", url, socketUrl, tokens, postId: postIds[0], commentPath, subscribers, rate: atRate, seconds: forSeconds },
        "watched",
      );
      if (result.missing > 0 || result.duplicated > 0)
        throw new Error(`${name}: ${result.missing} deliveries are missing, ${result.duplicated} are duplicates`);
      return result;
    };
    // Warm up: cold code takes longer. At a rate that a slow machine keeps up with, too.
    for (const name of Object.keys(files)) await run(name, 30, 50);
    for (const name of alternating(Object.keys(files), rounds)) {
      const { seen, accepted, written } = await run(name, seconds);
      const of = samples.get(name);
      of?.p50.push(seen.p50);
      of?.p99.push(seen.p99);
      of?.accepted.push(accepted.p50);
      if (name === newfeed) commits.push((await stacks.get(name)?.ask({ type: "commit" }, "committed"))?.milliseconds as number);
      progress(
        `${name}: ${written} comments, response p50 ${accepted.p50.toFixed(1)} ms, last subscriber p50 ${seen.p50.toFixed(1)} p99 ${seen.p99.toFixed(1)} ms`,
      );
    }
  } finally {
    await watchers.stop();
    for (const stack of stacks.values()) await stack.end();
  }
  const of = (name: string) => samples.get(name) as { p50: number[]; p99: number[]; accepted: number[] };
  const commit = median(commits);
  const bars = (which: "p50" | "p99" | "accepted") => Object.keys(files).map((name) => ({ name, samples: of(name)[which] }));
  return {
    series: [
      { title: "From sending a comment until the last of 100 has it, p50", unit: "ms", better: "lower", bars: bars("p50") },
      { title: "The same, p99", unit: "ms", better: "lower", bars: bars("p99") },
      { title: "From sending a comment until its response, p50", unit: "ms", better: "lower", bars: bars("accepted") },
      { title: "A commit", unit: "ms", better: "lower", bars: [{ name: "NewFeed's PostgreSQL", samples: commits }] },
    ],
    floors: [
      {
        what: `p50: NewFeed minus the baseline (allowed: three commits of ${commit.toFixed(2)} ms, and 5 ms)`,
        value: median(of(newfeed).p50) - median(of(baseline).p50),
        bound: { atMost: 3 * commit + 5 },
        unit: "ms",
      },
      { what: "p99: NewFeed to the baseline", value: median(of(newfeed).p99) / median(of(baseline).p99), bound: { atMost: 3 } },
    ],
    notes: [
      `${rate} comments a second, sent on schedule without waiting for earlier ones; ${subscribers} subscribers over Socket.IO's WebSocket, who also comment, on the same clock. All processes of a stack share one processor; subscribers have the other one.`,
      "Measured from sending, not from the response: the baseline emits to its subscribers before it responds. Every delivery was counted; none was missing or duplicated.",
      "The commit is measured on NewFeed's PostgreSQL: one row per transaction, with the same client library.",
    ],
  };
}

export const commentLatency: Row = { name: "comment-latency", what: "from sending a comment until the last of 100 subscribers has it", measure };
