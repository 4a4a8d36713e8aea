import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect as connectHttp2, type IncomingHttpHeaders } from "node:http2";
import { connect } from "node:net";
import { Code, ConnectError } from "@connectrpc/connect";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { postInternalRoutes } from "@newfeed/shared/contracts/routes/posts-internal.ts";
import { type ServiceName, serviceNames, serviceTable } from "@newfeed/shared/contracts/services.ts";
import { createRouteCaller } from "@newfeed/shared/grpc/route-caller.ts";
import { createServiceClient } from "@newfeed/shared/http/service-client.ts";
import { createUpstream } from "@newfeed/shared/http/upstream.ts";
import type { RawQuery } from "@newfeed/shared/ports/database.ts";
import type { Upstream } from "@newfeed/shared/ports/upstream.ts";
import { Health, HealthCheckResponse_ServingStatus as Status } from "@newfeed/shared/proto/grpc/health/v1/health_pb.ts";
import { ServerReflection } from "@newfeed/shared/proto/grpc/reflection/v1/reflection_pb.ts";
import { RouteService } from "@newfeed/shared/proto/newfeed/internal/v1/route_pb.ts";
import { SearchIndexService } from "@newfeed/shared/proto/newfeed/internal/v1/search_index_pb.ts";
import { MediaService } from "@newfeed/shared/proto/newfeed/v1/media_pb.ts";
import { PostService } from "@newfeed/shared/proto/newfeed/v1/post_pb.ts";
import { UserService } from "@newfeed/shared/proto/newfeed/v1/user_pb.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createComment, createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { refusalOf } from "./support/grpc.ts";
import { twoHalves } from "./support/pictures.ts";
import { grpcSocketOf, serviceGrpcClient } from "./support/service-grpc.ts";

let feed: TestFeed;
let alice: Person;
let postId: string;
beforeAll(async () => {
  feed = await startTestFeed({ INTERNAL_TRANSPORT: "grpc" });
  alice = await feed.person("alice");
  postId = await createPost(alice);
  await alice.get("/api/v1/feed");
});
afterAll(() => feed.close());

const asUser = ({ id }: Person) => ({ sub: id as UserId, sid: "01890000-0000-7000-8000-000000000000" as never, roles: ["user"] });
const asService = { svc: "comment-service" };

const opened: { close(): unknown }[] = [];
afterAll(async () => {
  for (const one of opened) await one.close();
});

/** Calls of comment-service to a post-service that is at these addresses, and how they fail over. */
function callsOf(httpUrl: string, grpcUrl: string | null) {
  const upstream = createUpstream("post-service", httpUrl, {
    limits: { timeoutMs: 1_500, errorPercentage: 50, resetMs: 1_000 },
    openCaller: grpcUrl === null ? undefined : async () => createRouteCaller(grpcUrl),
  });
  opened.push(upstream);
  const upstreams = { "post-service": upstream } as unknown as Record<ServiceName, Upstream>;
  return createServiceClient("comment-service", upstreams, feed.platform.internalTokens);
}

const nowhere = "unix:/nowhere/nobody.sock";
const httpOf = (name: ServiceName) => feed.platform.listenAt(name) as string;
const access = (call: ReturnType<typeof callsOf>, ids: string[]) => call(postInternalRoutes.access, { body: { viewer: alice.id, postIds: ids as PostId[] } });

describe("a service's own port", () => {
  test("is there for each service that has one, with health and reflection", async () => {
    for (const name of serviceNames.filter((one) => serviceTable[one].grpcPort !== null)) {
      expect(await serviceGrpcClient(feed, name, Health).check({}), name).toMatchObject({ status: Status.SERVING });
      const listed: string[] = [];
      const asked = (async function* () {
        yield { messageRequest: { case: "listServices", value: "" } } as const;
      })();
      for await (const { messageResponse: answer } of serviceGrpcClient(feed, name, ServerReflection).serverReflectionInfo(asked))
        if (answer.case === "listServicesResponse") listed.push(...answer.value.service.map((service) => service.name));
      expect(listed, name).toContain("newfeed.internal.v1.RouteService");
    }
  });

  test("answers who brings its internal token as the gateway would, and nobody else", async () => {
    const posts = serviceGrpcClient(feed, "post-service", PostService, asUser(alice));
    expect(await posts.getPostById({ id: postId })).toMatchObject({ id: postId, content: "a post", author: { username: alice.username } });
    const created = await posts.createPost({ content: "over the service's own port", postType: "TEXT" });
    expect((await alice.get(`/api/v1/posts/${created.id}`)).body).toMatchObject({ content: "over the service's own port", author: { id: alice.id } });
    expect(await refusalOf(serviceGrpcClient(feed, "post-service", PostService).getFeed({}))).toMatchObject({ code: "unauthenticated" });
    const ofAnother = serviceGrpcClient(feed, "post-service", PostService, asUser(alice), "user-service");
    expect(await refusalOf(ofAnother.getFeed({}))).toMatchObject({ grpc: "Unauthenticated", code: "unauthenticated" });
    const invalid = await refusalOf(posts.createPost({ content: "a post", postType: "TEXT", visibility: "nobody" }));
    expect(invalid).toMatchObject({ grpc: "InvalidArgument", code: "validation_failed", errors: [{ field: "visibility" }] });
    expect(await refusalOf(posts.getPostById({ id: "01890000-0000-7000-8000-000000000000" }))).toMatchObject({ grpc: "NotFound", code: "not_found" });
  });

  test("answers whatever host and path a caller names, and goes on", async () => {
    const path = grpcSocketOf(feed, "post-service").slice("unix:".length);
    const statusOf = async (authority: string, asked: string) => {
      const session = connectHttp2("http://localhost", { createConnection: () => connect(path) });
      const stream = session.request({ ":method": "POST", ":authority": authority, ":path": asked, "content-type": "application/grpc", te: "trailers" });
      // An empty message.
      stream.end(Buffer.alloc(5));
      const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders & { ":status"?: number }];
      session.destroy();
      return headers[":status"];
    };
    const check = "/grpc.health.v1.Health/Check";
    for (const authority of ["dev%2Fshm%2Fpost.sock", "localhost"]) expect(await statusOf(authority, check), authority).toBe(200);
    for (const asked of ["//", "/nothing"]) expect(await statusOf("localhost", asked), asked).toBeGreaterThanOrEqual(404);
    expect(await serviceGrpcClient(feed, "post-service", Health).check({})).toMatchObject({ status: Status.SERVING });
  });

  test("has the methods of its own routes alone", async () => {
    await expect(serviceGrpcClient(feed, "post-service", UserService, asUser(alice)).getMe({})).rejects.toMatchObject({ code: Code.Unimplemented });
    expect(await serviceGrpcClient(feed, "user-service", UserService, asUser(alice)).getMe({})).toMatchObject({ id: alice.id });
  });

  test("takes uploads as they arrive", async () => {
    const media = serviceGrpcClient(feed, "media-service", MediaService, asUser(alice));
    const picture = await twoHalves().png().toBuffer();
    async function* upload() {
      yield { part: { case: "info", value: { kind: "image", fileName: "a.png", contentType: "image/png" } } } as const;
      for (let at = 0; at < picture.length; at += 100) yield { part: { case: "chunk", value: picture.subarray(at, at + 100) } } as const;
    }
    const uploaded = await media.uploadMedia(upload());
    expect((await alice.get(`/api/media/${uploaded.id}`)).body).toMatchObject({ id: uploaded.id, kind: "image" });
  });

  test("has the routes that only services call, for services alone", async () => {
    const request = { route: "access", body: JSON.stringify({ viewer: alice.id, postIds: [postId] }) };
    const { answer } = await serviceGrpcClient(feed, "post-service", RouteService, asService).callRoute(request);
    expect(JSON.parse(answer)).toMatchObject({ posts: [{ id: postId, authorId: alice.id }] });
    const routes = serviceGrpcClient(feed, "post-service", RouteService, asUser(alice));
    await expect(routes.callRoute(request)).rejects.toMatchObject({ code: Code.PermissionDenied });
    await expect(routes.callRoute({ route: "no such route" })).rejects.toMatchObject({ code: Code.Unimplemented });
  });
});

test("other services may have posts indexed that no event brought, again and again", async () => {
  const bea = await feed.person("bea");
  const id = await createPost(bea, { content: "marmalade" });
  const found = async () => (await alice.get("/api/v1/search/posts?q=marmalade")).body.data.map(({ post }: { post: { id: string } }) => post.id);
  await eventually(async () => expect(await found()).toEqual([id]));
  const database = await feed.platform.openDatabase("query-service");
  await database.query("DELETE FROM indexed_post WHERE id = $1", [id]);
  expect(await found()).toEqual([]);
  const index = serviceGrpcClient(feed, "query-service", SearchIndexService, asService);
  const posts = [
    { id, authorId: bea.id },
    { id: "01890000-0000-7000-8000-000000000000", authorId: bea.id },
  ];
  expect((await index.indexPosts({ posts })).indexed).toBe(1);
  expect(await found()).toEqual([id]);
  expect((await index.indexPosts({ posts })).indexed).toBe(1);
  expect(await refusalOf(serviceGrpcClient(feed, "query-service", SearchIndexService, asUser(bea)).indexPosts({ posts }))).toMatchObject({ code: "forbidden" });
  expect(await refusalOf(index.indexPosts({ posts: [{ id: "no id", authorId: bea.id }] }))).toMatchObject({ code: "validation_failed" });
});

describe("services that call each other over gRPC", () => {
  test("get the answers and the refusals that HTTP brings", async () => {
    const [overGrpc, overHttp] = [callsOf(nowhere, grpcSocketOf(feed, "post-service")), callsOf(httpOf("post-service"), null)];
    expect(await access(overGrpc, [postId])).toEqual(await access(overHttp, [postId]));
    const refusal = (call: typeof overGrpc) => access(call, ["no id"]).then(String, ({ code, errors }: { code: string; errors: object }) => ({ code, errors }));
    expect(await refusal(overGrpc)).toEqual(await refusal(overHttp));
    expect(await refusal(overGrpc)).toMatchObject({ code: "validation_failed" });
    const ofAlice = { params: { id: alice.id }, query: { section: "posts" } } as const;
    expect(await overGrpc(postInternalRoutes.postExport, ofAlice)).toEqual(await overHttp(postInternalRoutes.postExport, ofAlice));
  });

  test("call over HTTP where nothing listens for gRPC, or an older version does not know the route", async () => {
    expect(await access(callsOf(httpOf("post-service"), nowhere), [postId])).toMatchObject({ posts: [{ id: postId }] });
    // user-service does not have the route.
    expect(await access(callsOf(httpOf("post-service"), grpcSocketOf(feed, "user-service")), [postId])).toMatchObject({ posts: [{ id: postId }] });
    await expect(access(callsOf(nowhere, nowhere), [postId])).rejects.toMatchObject({ code: "service_unavailable" });
  });

  test("find the instance that is there among several", async () => {
    const call = callsOf(nowhere, `${nowhere},${grpcSocketOf(feed, "post-service")}`);
    for (let round = 0; round < 6; round++) expect(await access(call, [postId])).toMatchObject({ posts: [{ id: postId }] });
  });

  /** Holds a table so that every statement about it waits; `work` gets the number of those that do. */
  async function holding(table: string, work: (waiting: () => Promise<number>) => Promise<void>): Promise<void> {
    const database = await feed.platform.openDatabase("post-service");
    await database.transaction(async (query: RawQuery) => {
      await query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
      const blocked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND state = 'active'";
      await work(async () => (await database.query<{ count: number }>(blocked))[0]?.count ?? 0);
    });
  }

  test("have deadlines, which end in the database; a caller that leaves does, too", async () => {
    const posts = serviceGrpcClient(feed, "post-service", PostService, asUser(alice));
    await holding("feed_item", async (waiting) => {
      const late = expect(posts.getFeed({}, { timeoutMs: 1_500 })).rejects.toMatchObject({ code: Code.DeadlineExceeded });
      await eventually(async () => expect(await waiting()).toBeGreaterThan(0));
      await late;
      await eventually(async () => expect(await waiting()).toBe(0));
      const caller = new AbortController();
      const left = posts.getFeed({}, { signal: caller.signal }).catch((error: unknown) => error);
      await eventually(async () => expect(await waiting()).toBeGreaterThan(0));
      caller.abort();
      expect(await left).toBeInstanceOf(ConnectError);
      await eventually(async () => expect(await waiting()).toBe(0));
    });
    await holding("post", async () => {
      await expect(access(callsOf(nowhere, grpcSocketOf(feed, "post-service")), [postId])).rejects.toMatchObject({ code: "upstream_timeout" });
    });
  });

  test("do so in the whole feed: what comment-service asks of post-service does not need its HTTP", async () => {
    await createComment(alice, postId, "a comment over both");
    rmSync(httpOf("post-service").slice("unix:".length));
    const call = createServiceClient("comment-service", feed.platform.upstreams, feed.platform.internalTokens);
    for (let round = 0; round < 20; round++) expect(await access(call, [postId])).toMatchObject({ posts: [{ id: postId }] });
    await createComment(alice, postId, "a comment over gRPC");
  });
});
