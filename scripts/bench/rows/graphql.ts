import type { HttpLoad, HttpLoadReply } from "../http-load.ts";
import { cpuSecondsOf, processorOf, startProgram } from "../processes.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { alternating, median } from "../statistics.ts";
import type { ForwarderReady } from "./gateway.ts";

const connections = 16;
const json = { "content-type": "application/json" };
const comment = { postId: "0193a7c0-0000-7000-8000-000000000001", content: "The quick brown fox jumps over the lazy dog and back" };
const list = `query Feed($input: FeedInput) { getPosts(input: $input) { success posts { id content title postType mediaUrls createdAt likeCount commentCount likedByMe author { id username fullName avatarUrl } } pageInfo { hasNextPage endCursor } } }`;
const create = `mutation CreateComment($input: CreateCommentInput!) { createComment(input: $input) { success message comment { id content createdAt author { id username } } } }`;

type Request = Omit<HttpLoad["requests"][number], "headers">;
const graphql = (query: string, variables: object): Request => ({ method: "POST", path: "/graphql", body: JSON.stringify({ query, variables }) });
const work: { what: string; rest: Request; graphql: Request }[] = [
  { what: "ten posts", rest: { method: "GET", path: "/api/v1/posts?limit=10" }, graphql: graphql(list, { input: { limit: 10 } }) },
  { what: "a comment", rest: { method: "POST", path: "/api/v1/comments", body: JSON.stringify(comment) }, graphql: graphql(create, { input: comment }) },
];

/** Microseconds of the gateway's processor time for the same work by GraphQL and by REST. */
async function measure({ rounds, seconds, directory, progress }: Bench): Promise<Measured> {
  const load = await startProgram<HttpLoadReply>("http-load.ts", {}, processorOf.load);
  const gateway = await startProgram<ForwarderReady>("subjects/gateway.ts", { DIRECTORY: directory }, processorOf.load);
  const { pid, port, token } = gateway.ready;
  const programs = work.flatMap(({ what, rest, graphql }) => [
    { name: `${what}, REST`, request: rest },
    { name: `${what}, GraphQL`, request: graphql },
  ]);
  const samples = new Map(programs.map(({ name }) => [name, [] as number[]]));
  try {
    const run = async (request: Request, forSeconds: number) => {
      const headers = { accept: "application/json", "user-agent": "bench", authorization: `Bearer ${token}`, ...(request.body && json) };
      const before = cpuSecondsOf(pid);
      const loaded = await load.ask({ type: "load", port, connections, seconds: forSeconds, requests: [{ ...request, headers }] }, "loaded");
      if (loaded.failed > 0 || loaded.succeeded === 0) throw new Error(`${request.path}: ${JSON.stringify(loaded.status)}`);
      return ((cpuSecondsOf(pid) - before) * 1e6) / loaded.succeeded;
    };
    for (const { request } of programs) await run(request, 5);
    for (const { name, request } of alternating(programs, rounds)) {
      const microseconds = await run(request, seconds);
      samples.get(name)?.push(microseconds);
      progress(`${name}: ${microseconds.toFixed(1)} µs`);
    }
  } finally {
    await load.stop();
    await gateway.end();
  }
  const of = (name: string) => median(samples.get(name) as number[]);
  return {
    series: [
      {
        title: "Processor time of the gateway for the same work",
        unit: "µs",
        better: "lower",
        bars: [...samples].map(([name, measured]) => ({ name, samples: measured })),
      },
    ],
    floors: work.map(({ what }) => ({
      what: `processor time of the gateway for ${what}: GraphQL to REST`,
      value: of(`${what}, GraphQL`) / of(`${what}, REST`),
      bound: { atMost: 1.4 },
    })),
    notes: [
      `${connections} connections send requests in a closed loop. The gateway has a processor of its own; load, service and Redis share the other one.`,
      "The service answers at once, with what it has at hand: the figures are those of the gateway alone. GraphQL answers with fourteen of a post's fields.",
    ],
  };
}

export const graphqlCpu: Row = { name: "graphql", what: "processor time of the gateway for the same work by GraphQL and by REST", measure };
