import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { HttpLoad, HttpLoadReply } from "../http-load.ts";
import { processorOf, startProgram } from "../processes.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { familySecondsSince, type StackReply } from "../stack.ts";
import { alternating, median } from "../statistics.ts";

const programs = [
  { name: "NewFeed's cluster", file: "subjects/cluster.ts" },
  { name: "the baseline", file: "references/baseline/stack.ts" },
] as const;

const connections = 48;

type Stack = Awaited<ReturnType<typeof startProgram<StackReply>>>;

async function allEffects(stack: Stack, comments: number): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await sleep(500)) {
    const { comments: seen } = await stack.ask({ type: "count" }, "counted");
    if (seen >= comments) return;
    if (Date.now() > deadline) throw new Error(`only ${seen} of ${comments} comments took effect within a minute`);
  }
}

const sum = (processes: Record<string, number>) => Object.values(processes).reduce((total, seconds) => total + seconds, 0);

/** Runs the load on each stack in turn. The samples are milliseconds of processor time per accepted comment. */
async function measure({ rounds, seconds, directory, progress }: Bench): Promise<Measured> {
  const stacks = new Map<string, Stack>();
  const load = await startProgram<HttpLoadReply>("http-load.ts", {}, processorOf.load);
  const samples = new Map(programs.map(({ name }) => [name as string, [] as number[]]));
  const rates = new Map(programs.map(({ name }) => [name as string, [] as number[]]));
  const accepted = new Map<string, number>();
  try {
    for (const [index, { name, file }] of programs.entries()) {
      progress(`starting ${name}`);
      stacks.set(name, await startProgram<StackReply>(file, { DIRECTORY: join(directory, `stack-${index}`) }));
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
      const { succeeded, failed, status } = await load.ask({ type: "load", ...load_ }, "loaded");
      if (failed > 0) throw new Error(`${name} refused ${failed} comments: ${JSON.stringify(status)}`);
      accepted.set(name, (accepted.get(name) ?? 0) + succeeded);
      await allEffects(stack, accepted.get(name) as number);
      const after = await stack.ask({ type: "account" }, "accounted");
      const used = familySecondsSince(before.processes, after.processes);
      return { succeeded, milliseconds: (sum(used) * 1_000) / succeeded, used };
    };
    // Warm up: cold code costs more.
    for (const { name } of programs) await run(name, 3);
    for (const { name } of alternating([...programs], rounds)) {
      const { succeeded, milliseconds, used } = await run(name, seconds);
      samples.get(name)?.push(milliseconds);
      rates.get(name)?.push(succeeded / seconds);
      const shares = Object.entries(used)
        .sort(([, a], [, b]) => b - a)
        .map(([process, total]) => `${process} ${((total * 1_000) / succeeded).toFixed(2)}`);
      progress(`${name}: ${succeeded} comments, ${milliseconds.toFixed(2)} ms each: ${shares.join(", ")}`);
    }
  } finally {
    await load.stop();
    for (const stack of stacks.values()) await stack.end();
  }
  const [ours, theirs] = programs.map(({ name }) => samples.get(name) as number[]) as [number[], number[]];
  const bars = (of: Map<string, number[]>) => programs.map(({ name }) => ({ name, samples: of.get(name) as number[] }));
  return {
    series: [
      { title: "Processor time per comment, all processes", unit: "ms", better: "lower", bars: bars(samples) },
      { title: "Comments accepted, all processes on one processor", unit: "a second", better: "higher", bars: bars(rates) },
    ],
    floors: [{ what: "processor time per comment: NewFeed to the baseline", value: median(ours) / median(theirs), bound: { atMost: 2 } }],
    notes: [
      `${connections} connections comment in a closed loop. All processes of a stack share one processor; the load has the other one. Measured from the first request until every comment is counted and the post's author notified.`,
      "NewFeed: nginx, the gateway, six services, RabbitMQ, Redis, PostgreSQL. The baseline: an Express gateway with http-proxy-middleware (keep-alive), which checks an HS256 token and counts a limit in Redis; one Express app, which validates, and in one transaction looks up post and author, inserts the comment, counts it and inserts a notification, and then emits over Socket.IO's Redis adapter; Redis, PostgreSQL.",
    ],
  };
}

export const commentCpu: Row = { name: "comment-cpu", what: "processor time of the whole stack per accepted comment", measure };
