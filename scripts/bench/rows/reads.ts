import { join } from "node:path";
import type { HttpLoad, HttpLoadReply } from "../http-load.ts";
import { processorOf, startProgram } from "../processes.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { familySecondsSince, type StackReply } from "../stack.ts";
import { alternating, median } from "../statistics.ts";

const connections = 16;
const [posts, comments] = [10, 20];
const feedQuery = `query Feed($input: FeedInput) { getPosts(input: $input) { success posts { id content title postType mediaUrls createdAt likeCount commentCount likedByMe author { id username fullName avatarUrl } } pageInfo { hasNextPage endCursor } } }`;

type Ready = Extract<StackReply, { type: "ready" }>;
type Request = HttpLoad["requests"][number];
const get = (path: string, token?: string): Request => ({
  method: "GET",
  path,
  headers: { accept: "application/json", ...(token && { authorization: `Bearer ${token}` }) },
});

const newfeed = "NewFeed's cluster";
const baseline = "the baseline, its feed cached in Redis";
const files = { [newfeed]: "subjects/cluster.ts", [baseline]: "references/baseline/stack.ts" };

interface Read {
  name: string;
  stack: string;
  /** What one reading asks for. */
  requests(ready: Ready): Request[];
}
const cached = { name: baseline, stack: baseline, requests: ({ feedPath, tokens }) => tokens.map((token) => get(feedPath, token)) } satisfies Read;
const graphql = {
  name: "ten posts by GraphQL, signed in",
  stack: newfeed,
  requests: ({ tokens }) =>
    tokens.map((token) => ({
      method: "POST",
      path: "/graphql",
      headers: { accept: "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: feedQuery, variables: { input: { limit: posts } } }),
    })),
} satisfies Read;
const visitor = { name: "ten posts by REST, a visitor", stack: newfeed, requests: ({ feedPath }) => [get(feedPath)] } satisfies Read;
const inbox = {
  name: "the newest notifications",
  stack: newfeed,
  requests: ({ authorToken }) => [get("/api/v1/notifications?limit=20", authorToken)],
} satisfies Read;
/** Two requests each: a page is both. */
const postPage = {
  name: "a post, and its twenty comments",
  stack: newfeed,
  requests: ({ postIds, tokens }) =>
    tokens.flatMap((token) => [get(`/api/v1/posts/${postIds[0]}`, token), get(`/api/v1/posts/${postIds[0]}/comments?limit=${comments}`, token)]),
} satisfies Read;
const reads: readonly Read[] = [cached, graphql, visitor, inbox, postPage];
const requestsOf = (read: Read) => (read === postPage ? 2 : 1);

/** Milliseconds of processor time of the whole stack for each reading. */
async function measure({ rounds, seconds, directory, progress }: Bench): Promise<Measured> {
  const load = await startProgram<HttpLoadReply>("http-load.ts", {}, processorOf.load);
  const stacks = new Map<string, Awaited<ReturnType<typeof startProgram<StackReply>>>>();
  const samples = new Map(reads.map(({ name }) => [name, [] as number[]]));
  try {
    for (const [index, [name, file]] of Object.entries(files).entries()) {
      progress(`starting ${name}`);
      stacks.set(name, await startProgram<StackReply>(file, { DIRECTORY: join(directory, `stack-${index}`), POSTS: String(posts) }));
    }
    const stackOf = (name: string) => {
      const stack = stacks.get(name);
      if (!stack) throw new Error(`${name} was not started`);
      return stack;
    };
    const run = async (read: Read, forSeconds: number) => {
      const stack = stackOf(read.stack);
      const before = await stack.ask({ type: "account" }, "accounted");
      const port = Number(new URL(stack.ready.url).port);
      const { succeeded, failed, status } = await load.ask(
        { type: "load", port, connections, seconds: forSeconds, requests: read.requests(stack.ready) },
        "loaded",
      );
      if (failed > 0 || succeeded === 0) throw new Error(`${read.name}: ${JSON.stringify(status)}`);
      const used = familySecondsSince(before.processes, (await stack.ask({ type: "account" }, "accounted")).processes);
      const each = (seconds_: number) => (seconds_ * 1_000 * requestsOf(read)) / succeeded;
      const milliseconds = each(Object.values(used).reduce((total, one) => total + one, 0));
      const shares = Object.entries(used)
        .sort(([, a], [, b]) => b - a)
        .filter(([, one]) => each(one) >= 0.01)
        .map(([process, one]) => `${process} ${each(one).toFixed(2)}`);
      return { milliseconds, shares };
    };
    const { ready } = stackOf(newfeed);
    for (const id of ready.postIds)
      for (let index = 0; index < comments; index++) {
        const response = await fetch(ready.url + ready.commentPath.replace(":id", id), {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${ready.tokens[index % ready.tokens.length]}` },
          body: JSON.stringify({ content: `Comment ${index}: the quick brown fox jumps over the lazy dog and back` }),
        });
        if (!response.ok) throw new Error(`POST ${response.url}: ${response.status}`);
        await response.text();
      }
    // Warm up: cold code costs more.
    for (const read of reads) await run(read, 5);
    for (const read of alternating([...reads], rounds)) {
      const { milliseconds, shares } = await run(read, seconds);
      samples.get(read.name)?.push(milliseconds);
      progress(`${read.name}: ${milliseconds.toFixed(2)} ms: ${shares.join(", ")}`);
    }
  } finally {
    await load.stop();
    for (const stack of stacks.values()) await stack.end();
  }
  const of = ({ name }: Read) => median(samples.get(name) as number[]);
  const absolute = (read: Read, atMost: number) => ({ what: read.name, value: of(read), bound: { atMost }, unit: "ms" });
  return {
    series: [
      {
        title: "Processor time of the whole stack for each reading",
        unit: "ms",
        better: "lower",
        bars: reads.map(({ name }) => ({ name, samples: samples.get(name) as number[] })),
      },
    ],
    floors: [absolute(graphql, 1.1), absolute(visitor, 0.55), absolute(inbox, 1.5), absolute(postPage, 3)],
    notes: [
      "The bounds of ten posts are half and a quarter of 2.19 ms, which a feed of five Express services with a cache in Redis took when they were set. The baseline here is leaner: two processes, without a log.",
      `${connections} connections read in a closed loop. All processes of a stack share one processor; the load has the other one.`,
      "NewFeed: nginx, the gateway, seven services, RabbitMQ, Redis, PostgreSQL; what it answers is never older than a change that its reader made. The baseline: an Express gateway that checks an HS256 token and counts a limit in Redis, and one Express app that answers from Redis for a minute.",
    ],
  };
}

export const readsRow: Row = { name: "reads", what: "processor time of the whole stack for what readers ask for", measure };
