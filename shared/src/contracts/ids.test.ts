import { expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import type { EventData } from "./events.ts";
import { asPostId, asUserId, createdAtOf, Id, PostId, UserId } from "./ids.ts";
import type { RouteInput, RouteResult } from "./route.ts";
import { commentRoutes } from "./routes/comments.ts";
import type { postInternalRoutes } from "./routes/posts-internal.ts";
import { streamOf, subjectOf } from "./sockets.ts";

test("an id stands for what it names only, and a string for none", () => {
  const follow = (follower: UserId, post: PostId) => `${follower} ${post}`;
  const [user, post] = [asUserId("0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e"), asPostId("0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9f")];
  expect(follow(user, post)).toBe(`${user} ${post}`);
  // @ts-expect-error: exchanged
  follow(post, user);
  // @ts-expect-error: not an id
  follow("alice", post);
});

test("paths, bodies, answers and events say what their ids name", () => {
  expectTypeOf<RouteInput<typeof commentRoutes.listPostComments>["params"]["id"]>().toEqualTypeOf<PostId>();
  expectTypeOf<RouteResult<typeof postInternalRoutes.access>["posts"][number]["authorId"]>().toEqualTypeOf<UserId>();
  expectTypeOf<EventData<"comment.created">["comment"]["postId"]>().toEqualTypeOf<PostId>();
  expect(commentRoutes.listPostComments.params.parse({ id: "0197B1C0-7A3E-7C4B-9D2E-3F5A6B7C8D9E" })).toEqual({ id: "0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e" });
});

test("documents describe every id alike", () => {
  expect(z.toJSONSchema(UserId)).toEqual(z.toJSONSchema(Id));
  expect(z.toJSONSchema(PostId)).toMatchObject({ type: "string", format: "uuid", description: "UUIDv7" });
});

test("a UUIDv7 says when it was made; nothing else does", () => {
  // The example of RFC 9562, appendix A.6.
  expect(createdAtOf("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")).toBe(Date.parse("2022-02-22T19:22:22.000Z"));
  expect(createdAtOf("017f22e2-79b0-4cc3-98c4-dc0c0c07398f")).toBe(Number.POSITIVE_INFINITY);
});

test("a stream's name leads back to its subject", () => {
  const [userId, postId] = [asUserId("0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e"), asPostId("0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9f")];
  expect(subjectOf(streamOf.user(userId))).toEqual({ kind: "user", userId });
  expect(subjectOf(streamOf.post(postId))).toEqual({ kind: "post", postId });
});
