import { join } from "node:path";
import { processorOf, startContestant } from "../processes.ts";
import type { Bench, Measured, Row } from "../row.ts";
import type { StackReply } from "../stack.ts";
import { alternating, median } from "../statistics.ts";
import type { WatchReply } from "../watchers.ts";

const [newfeed, straight] = ["NewFeed's cluster", "the straight line"];
const files = { [newfeed]: "subjects/cluster.ts", [straight]: "references/straight-line/stack.ts" };
const subscribers = 100;
const rate = 20;

/** From sending a comment until the last subscriber has it, on each stack in turn. */
async function measure({ rounds, seconds, directory, progress }: Bench): Promise<Measured> {
  const watchers = await startContestant<WatchReply>("watchers.ts", {}, processorOf.load);
  const stacks = new Map<string, Awaited<ReturnType<typeof startContestant<StackReply>>>>();
  const samples = new Map(Object.keys(files).map((name) => [name, { p50: [] as number[], p99: [] as number[], accepted: [] as number[] }]));
  const commits: number[] = [];
  try {
    for (const [index, [name, file]] of Object.entries(files).entries()) {
      progress(`starting ${name}`);
      stacks.set(name, await startContestant<StackReply>(file, { DIRECTORY: join(directory, `stack-${index}`) }));
    }
    const run = async (name: string, forSeconds: number, atRate = rate) => {
      const stack = stacks.get(name);
      if (!stack) throw new Error(`${name} was not started`);
      const { url, socketUrl, tokens, postIds, commentPath } = stack.ready;
      const result = await watchers.ask(
        { type: "watch", url, socketUrl, tokens, postId: postIds[0], commentPath, subscribers, rate: atRate, seconds: forSeconds },
        "watched",
      );
      if (result.missing > 0 || result.doubled > 0) throw new Error(`${name}: ${result.missing} deliveries are missing, ${result.doubled} are doubled`);
      return result;
    };
    // What is cold takes longer, and is not what a day is made of.
    for (const name of Object.keys(files)) await run(name, 10, 150);
    for (const name of alternating(Object.keys(files), rounds)) {
      const { seen, accepted, written } = await run(name, seconds);
      const of = samples.get(name);
      of?.p50.push(seen.p50);
      of?.p99.push(seen.p99);
      of?.accepted.push(accepted.p50);
      if (name === newfeed) commits.push((await stacks.get(name)?.ask({ type: "commit" }, "committed"))?.milliseconds as number);
      progress(
        `${name}: ${written} comments, answered p50 ${accepted.p50.toFixed(1)} ms, with the last subscriber p50 ${seen.p50.toFixed(1)} p99 ${seen.p99.toFixed(1)} ms`,
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
      { title: "From sending a comment until its answer, p50", unit: "ms", better: "lower", bars: bars("accepted") },
      { title: "A commit", unit: "ms", better: "lower", bars: [{ name: "NewFeed's PostgreSQL", samples: commits }] },
    ],
    floors: [
      {
        what: `p50: what NewFeed takes beyond the straight line (allowed: three commits of ${commit.toFixed(2)} ms, and 5 ms)`,
        value: median(of(newfeed).p50) - median(of(straight).p50),
        bound: { atMost: 3 * commit + 5 },
        unit: "ms",
      },
      { what: "p99: NewFeed to the straight line", value: median(of(newfeed).p99) / median(of(straight).p99), bound: { atMost: 3 } },
    ],
    notes: [
      `${rate} comments a second, sent at their time whatever became of those before; ${subscribers} subscribers over Socket.IO's WebSocket, who also comment, on the same clock. All processes of a stack share one processor; subscribers have the other one.`,
      "Counted from sending, not from the answer: the straight line tells its subscribers before it answers. Every delivery was counted; none was missing or doubled.",
      "The commit is measured on NewFeed's PostgreSQL: a row in a transaction of its own, by the same client library.",
    ],
  };
}

export const commentLatency: Row = { name: "comment-latency", what: "from a comment until the last of 100 subscribers has it", measure };
