import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { HttpLoad, HttpLoadReply } from "../http-load.ts";
import { processorOf, startContestant } from "../processes.ts";
import type { Bench, Measured, Row } from "../row.ts";
import type { StackReply } from "../stack.ts";
import { alternating, median } from "../statistics.ts";

const contenders = [
  { name: "NewFeed's cluster", file: "subjects/cluster.ts" },
  { name: "the straight line", file: "references/straight-line/stack.ts" },
] as const;

const connections = 48;

type Stack = Awaited<ReturnType<typeof startContestant<StackReply>>>;

async function settled(stack: Stack, comments: number): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await sleep(500)) {
    const { comments: seen } = await stack.ask({ type: "settle" }, "done");
    if (seen >= comments) return;
    if (Date.now() > deadline) throw new Error(`only ${seen} of ${comments} comments had their effects within a minute`);
  }
}

const sum = (processes: Record<string, number>) => Object.values(processes).reduce((total, seconds) => total + seconds, 0);

/** Runs the load once on each stack, in turn; milliseconds of processor time for each comment that was accepted. */
async function measure({ rounds, seconds, directory, progress }: Bench): Promise<Measured> {
  const stacks = new Map<string, Stack>();
  const load = await startContestant<HttpLoadReply>("http-load.ts", {}, processorOf.load);
  const samples = new Map(contenders.map(({ name }) => [name as string, [] as number[]]));
  const rates = new Map(contenders.map(({ name }) => [name as string, [] as number[]]));
  const accepted = new Map<string, number>();
  try {
    for (const [index, { name, file }] of contenders.entries()) {
      progress(`starting ${name}`);
      stacks.set(name, await startContestant<StackReply>(file, { DIRECTORY: join(directory, `stack-${index}`) }));
    }
    const run = async (name: string, forSeconds: number) => {
      const stack = stacks.get(name) as Stack;
      const { url, tokens, postIds, commentPath } = stack.ready;
      const requests: HttpLoad["requests"] = Array.from({ length: tokens.length * postIds.length }, (_, index) => ({
        method: "POST",
        path: commentPath.replace(":id", postIds[Math.floor(index / tokens.length)] as string),
        headers: { authorization: `Bearer ${tokens[index % tokens.length]}` },
        body: JSON.stringify({ content: `Comment ${index}: the quick brown fox jumps over the lazy dog and back` }),
      }));
      const before = await stack.ask({ type: "account" }, "accounted");
      const load_: HttpLoad = { port: Number(new URL(url).port), connections, seconds: forSeconds, requests };
      const { answered, refused, status } = await load.ask({ type: "load", ...load_ }, "loaded");
      if (refused > 0) throw new Error(`${name} refused ${refused} comments: ${JSON.stringify(status)}`);
      accepted.set(name, (accepted.get(name) ?? 0) + answered);
      await settled(stack, accepted.get(name) as number);
      const after = await stack.ask({ type: "account" }, "accounted");
      const used = Object.fromEntries(Object.entries(after.processes).map(([process, total]) => [process, total - (before.processes[process] ?? 0)]));
      return { answered, milliseconds: (sum(used) * 1_000) / answered, used };
    };
    // What is cold costs more, and is not what a day is made of.
    for (const { name } of contenders) await run(name, 3);
    for (const { name } of alternating([...contenders], rounds)) {
      const { answered, milliseconds, used } = await run(name, seconds);
      samples.get(name)?.push(milliseconds);
      rates.get(name)?.push(answered / seconds);
      const shares = Object.entries(used)
        .sort(([, a], [, b]) => b - a)
        .map(([process, total]) => `${process} ${((total * 1_000) / answered).toFixed(2)}`);
      progress(`${name}: ${answered} comments, ${milliseconds.toFixed(2)} ms each: ${shares.join(", ")}`);
    }
  } finally {
    await load.stop();
    for (const stack of stacks.values()) await stack.end();
  }
  const [ours, theirs] = contenders.map(({ name }) => samples.get(name) as number[]) as [number[], number[]];
  const bars = (of: Map<string, number[]>) => contenders.map(({ name }) => ({ name, samples: of.get(name) as number[] }));
  return {
    series: [
      { title: "Processor time for each comment, all processes", unit: "ms", better: "lower", bars: bars(samples) },
      { title: "Comments accepted, all processes on one processor", unit: "a second", better: "higher", bars: bars(rates) },
    ],
    floors: [{ what: "processor time for a comment: NewFeed to the straight line", value: median(ours) / median(theirs), bound: { atMost: 2 } }],
    notes: [
      `${connections} connections comment as fast as they are answered. All processes of a stack share one processor; the load has the other one. Counted from the first request until every comment was counted and its author notified.`,
      "NewFeed: nginx, the gateway, six services, RabbitMQ, Redis, PostgreSQL. The straight line: an Express gateway with http-proxy-middleware (keep-alive), which checks an HS256 token and counts a limit in Redis; one Express app, which validates, and in one transaction looks up post and author, inserts the comment, counts it and inserts a notification, and then emits over Socket.IO's Redis adapter; Redis, PostgreSQL.",
    ],
  };
}

export const commentCpu: Row = { name: "comment-cpu", what: "processor time of the whole stack for an accepted comment", measure };
