import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { DescService } from "@bufbuild/protobuf";
import { createClient as createGrpcClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { type Comment, createClient, NewFeedError, type Page, type Post } from "@newfeed/client";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { type ServiceName, serviceNames, serviceTable } from "@newfeed/shared/contracts/services.ts";
import { type Claims, createInternalTokens } from "@newfeed/shared/http/internal-tokens.ts";
import { Health, HealthCheckResponse_ServingStatus as Status } from "@newfeed/shared/proto/grpc/health/v1/health_pb.ts";
import { CommentService } from "@newfeed/shared/proto/newfeed/v1/comment_pb.ts";
import { PostService } from "@newfeed/shared/proto/newfeed/v1/post_pb.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestCluster, type TestCluster } from "./support/cluster/start.ts";
import { refusalOf } from "./support/grpc.ts";

const listening = serviceNames.filter((name) => serviceTable[name].grpcPort !== null);

let cluster: TestCluster | null = null;
beforeAll(async () => {
  if (process.platform === "linux") cluster = await startTestCluster({}, { INTERNAL_TRANSPORT: "grpc" });
}, 300_000);
afterAll(async () => {
  for (const sessions of open.splice(0)) sessions.abort();
  await cluster?.close();
}, 60_000);

/** A variable of a part's process, as the system has it. */
function variableOf({ rows }: TestCluster, part: string, name: string): string {
  const pid = rows().find(({ instance }) => instance === `${part}-1`)?.pid;
  const line = readFileSync(`/proc/${pid}/environ`, "utf8")
    .split("\0")
    .find((each) => each.startsWith(`${name}=`));
  if (line === undefined) throw new Error(`${part} has no ${name}`);
  return line.slice(name.length + 1);
}

const open: Http2SessionManager[] = [];

/** A client of a service's own TCP port, as a service of another language has it. */
function clientOf<Service extends DescService>(of: TestCluster, name: ServiceName, service: Service, claims?: Claims) {
  const baseUrl = `http://127.0.0.1:${variableOf(of, name, "GRPC_PORT")}`;
  const tokens = createInternalTokens(variableOf(of, name, "INTERNAL_TOKEN_SECRET"));
  const sessionManager = new Http2SessionManager(baseUrl);
  open.push(sessionManager);
  const transport = createGrpcTransport({
    baseUrl,
    sessionManager,
    interceptors: [
      (next) => (request) => {
        if (claims) request.header.set("x-service-token", tokens.mint(name, claims));
        return next(request);
      },
    ],
  });
  return createGrpcClient(service, transport);
}
const asUser = ({ id }: { id: string }) => ({ sub: id as UserId, sid: "01890000-0000-7000-8000-000000000000" as never, roles: ["user"] });

/** How many connections a part has to a port of this machine (proc_net(5)). */
function connectionsTo({ rows }: TestCluster, part: string, port: string): number {
  const pid = rows().find(({ instance }) => instance === `${part}-1`)?.pid;
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return []; // closed meanwhile
      }
    }),
  );
  const remote = `:${Number(port).toString(16).toUpperCase().padStart(4, "0")}`;
  const established = "01";
  return readFileSync(`/proc/${pid}/net/tcp`, "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , to = "", state, , , , , , inode = ""]) => to.endsWith(remote) && state === established && sockets.has(inode)).length;
}

/** What the parts' logs say of their breakers, which is why requests were refused. */
function breakersOf({ directory }: TestCluster): string[] {
  const folder = join(directory, "cluster/logs");
  return readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), "utf8")
      .split("\n")
      .filter((line) => /a breaker (opened|closed)/.test(line))
      .map((line) => `${name}: ${line}`),
  );
}

describe("services as processes of their own that call each other over gRPC", () => {
  test("answer at their own ports, and what they do is there for all", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const here = cluster;
    const [alice, bob] = await Promise.all([here.person("alice"), here.person("bob")]);
    for (const name of listening) expect(await clientOf(here, name, Health).check({}), name).toMatchObject({ status: Status.SERVING });
    await bob.post(`/api/v1/users/${alice.id}/follow`);
    const { id } = await clientOf(here, "post-service", PostService, asUser(alice)).createPost({ content: "at its own port", postType: "TEXT" });
    const comments = clientOf(here, "comment-service", CommentService, asUser(bob));
    expect(await comments.createComment({ postId: id, content: "at its own port, too" })).toMatchObject({ author: { username: bob.username } });
    await eventually(async () => expect((await bob.get("/api/v1/feed")).body.data).toMatchObject([{ id, commentCount: 1 }]), 10_000);
    expect(await refusalOf(clientOf(here, "post-service", PostService).getFeed({}))).toMatchObject({ code: "unauthenticated" });
    // comment-service has asked post-service who may see the post, and not over HTTP.
    expect(connectionsTo(here, "comment-service", variableOf(here, "post-service", "GRPC_PORT"))).toBeGreaterThan(0);
    expect(connectionsTo(here, "comment-service", variableOf(here, "post-service", "PORT"))).toBe(0);
  });

  test("are replaced one after the other under writes: none is lost or made twice, and no request is refused", { timeout: 400_000 }, async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const here = cluster;
    const reader = await here.person("reader");
    const author = createClient({ baseUrl: here.url });
    await author.session.signUp({ username: "rolling", email: "rolling@test.com", password: "Test123", fullName: "Rolling Tester" });
    const post = await author.posts.create({ content: "Rolling", postType: "TEXT" });
    const me = post.author.id;
    await reader.post(`/api/v1/users/${me}/follow`);
    const [comments, posts]: [string[], string[]] = [[], [post.id]];
    const failures: unknown[] = [];
    const reads = new Map<number, number>();
    let writing = true;
    async function repeat(work: () => Promise<unknown>): Promise<void> {
      while (writing) {
        try {
          await work();
        } catch (error) {
          failures.push(error instanceof NewFeedError ? `${error.status} ${error.code}` : error);
        }
      }
    }
    const load = Promise.all([
      repeat(async () => comments.push((await author.comments.create(post.id, { content: `comment ${comments.length}` })).id)),
      repeat(async () => posts.push((await author.posts.create({ content: `post ${posts.length}`, postType: "TEXT" })).id)),
      // Without the client library's repetitions.
      repeat(async () => {
        for (const path of [`/api/v1/posts/${post.id}/comments`, "/api/v1/feed", `/api/v1/users/${me}`]) {
          const { status } = await reader.get(path);
          reads.set(status, (reads.get(status) ?? 0) + 1);
        }
      }),
    ]);
    await eventually(() => expect(comments.length).toBeGreaterThan(10), 20_000);
    for (const name of [...listening, "api-gateway"]) {
      const before = comments.length;
      await here.restart(name);
      await eventually(() => expect(comments.length, name).toBeGreaterThan(before), 20_000);
    }
    writing = false;
    await load;
    process.stderr.write(
      `${comments.length} comments and ${posts.length} posts while ${listening.length + 1} parts were replaced; reads by status: ${JSON.stringify([...reads])}\n`,
    );
    if (failures.length > 0) process.stderr.write(`${breakersOf(here).join("\n")}\n`);
    // Also those of a process that was back before anybody asked.
    expect(here.lines.filter((line) => line.includes("exited"))).toEqual([]);
    expect(failures).toEqual([]);
    expect([...reads.keys()]).toEqual([200]);
    const kept: string[] = [];
    for await (const { id } of pagesOf<Comment>((cursor) => author.comments.list(post.id, { limit: 100, ...(cursor && { cursor }) }))) kept.push(id);
    expect(kept.toReversed()).toEqual(comments);
    const written: string[] = [];
    for await (const { id } of pagesOf<Post>((cursor) => author.posts.listOf(me, { limit: 100, ...(cursor && { cursor }) }))) written.push(id);
    expect(written.toReversed()).toEqual(posts);
    // What they did is in the feed of who follows them, and counted.
    await eventually(async () => {
      expect((await reader.get("/api/v1/feed?limit=1")).body.data).toMatchObject([{ id: posts.at(-1) }]);
      expect((await reader.get(`/api/v1/posts/${post.id}`)).body.commentCount).toBe(comments.length);
    }, 20_000);
    author.close();
  });
});

async function* pagesOf<T>(read: (cursor: string | null) => Promise<Page<T>>): AsyncGenerator<T> {
  let cursor: string | null = null;
  do {
    const page: Page<T> = await read(cursor);
    yield* page.data;
    cursor = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (cursor);
}
