import { LiveService } from "@newfeed/shared/proto/newfeed/v1/live_pb.ts";
import { MediaService } from "@newfeed/shared/proto/newfeed/v1/media_pb.ts";
import { PostService } from "@newfeed/shared/proto/newfeed/v1/post_pb.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createComment, createPost } from "./support/comments.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { grpcClient, refusalOf } from "./support/grpc.ts";
import { startNginx } from "./support/nginx.ts";
import { twoHalves } from "./support/pictures.ts";

let feed: TestFeed;
let nginx: Awaited<ReturnType<typeof startNginx>>;
beforeAll(async () => {
  feed = await startTestFeed();
  nginx = await startNginx(feed.url, { webRoot: "/nonexistent", mediaOrigins: [], grpcPort: Number(new URL(feed.grpcUrl).port) });
});
afterAll(async () => {
  await nginx?.close();
  await feed.close();
});

test("calls, uploads and streams over gRPC reach the gateway through nginx, and its refusals come back", async ({ skip }) => {
  if (!nginx) return skip("nginx is not available");
  const alice = await feed.person("alice");
  const posts = grpcClient(nginx, PostService, alice);
  const { id } = await posts.createPost({ content: "through nginx", postType: "TEXT" });
  await expect(posts.getPostById({ id })).resolves.toMatchObject({ content: "through nginx", author: { id: alice.id } });
  await expect(refusalOf(posts.getPostById({ id: "" }))).resolves.toMatchObject({ grpc: "InvalidArgument", errors: [{ field: "id" }] });

  const picture = await twoHalves(60, 40).png().toBuffer();
  const parts = async function* () {
    yield { part: { case: "info" as const, value: { kind: "image", fileName: "two.png", contentType: "image/png" } } };
    yield { part: { case: "chunk" as const, value: picture } };
  };
  await expect(grpcClient(nginx, MediaService, alice).uploadMedia(parts())).resolves.toMatchObject({ width: 60, height: 40 });

  const postId = await createPost(alice);
  const leave = new AbortController();
  const kinds: (string | undefined)[] = [];
  const stream = grpcClient(nginx, LiveService, alice).followPost({ postId }, { signal: leave.signal });
  const ended = (async () => {
    for await (const { event } of stream) kinds.push(event.case);
  })().catch(() => {});
  await eventually(() => expect(kinds).toEqual(["hello"]));
  await createComment(alice, postId, "one");
  await eventually(() => expect(kinds).toEqual(["hello", "commentAdded"]));
  leave.abort();
  await ended;
});

test("while no gateway answers, nginx says with a status of gRPC that it is not available", async ({ skip }) => {
  const front = await startNginx(feed.url, { webRoot: "/nonexistent", mediaOrigins: [], grpcPort: await freePort() });
  if (!front) return skip("nginx is not available");
  const refusal = await refusalOf(grpcClient(front, PostService).getFeed({})).finally(front.close);
  expect(refusal).toMatchObject({ grpc: "Unavailable", message: "That part is not available right now; try again soon." });
});
