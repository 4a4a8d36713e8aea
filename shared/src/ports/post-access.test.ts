import { expect, test } from "vitest";
import { Problem } from "../contracts/errors.ts";
import { asPostId, asUserId, type PostId, type UserId } from "../contracts/ids.ts";
import { eventually } from "../testing/eventually.ts";
import { currentContext, runInContext } from "./context.ts";
import { createPostAccess } from "./post-access.ts";
import type { ServiceClient } from "./service-client.ts";

/** A post-service whose answers wait until they are let go, and that shows each viewer only the post called after them. */
function slowPosts() {
  const calls: { asked: { viewer: UserId | null; postId: PostId }[]; correlationId: string | undefined; go: PromiseWithResolvers<void> }[] = [];
  const client = (async (_route: unknown, input: { body: { asked: { viewer: UserId | null; postId: PostId }[] } }) => {
    const call = { asked: input.body.asked, correlationId: currentContext()?.correlationId, go: Promise.withResolvers<void>() };
    calls.push(call);
    await call.go.promise;
    return { answers: call.asked.map(({ viewer, postId }) => (postId === `of ${viewer}` ? { id: postId } : null)) };
  }) as unknown as ServiceClient;
  return { client, calls };
}

/** By names instead of ids. */
const accessOver = (client: ServiceClient) => {
  const access = createPostAccess(client);
  return (viewer: string | null, postId: string) => access(viewer === null ? null : asUserId(viewer), asPostId(postId));
};

test("who asks in one turn is asked for together, and each gets the answer to their own question", async () => {
  const { client, calls } = slowPosts();
  const access = accessOver(client);
  const answers = Promise.all([access("anna", "of anna"), access("ben", "of anna"), access(null, "of null")]);
  await eventually(() => expect(calls).toHaveLength(1));
  calls[0]?.go.resolve();
  expect(await answers).toEqual([{ id: "of anna" }, undefined, { id: "of null" }]);
});

test("who comes while a call is on its way is in the next one, also when the first never comes back", async () => {
  const { client, calls } = slowPosts();
  const access = accessOver(client);
  void access("anna", "of anna");
  await eventually(() => expect(calls).toHaveLength(1));
  const later = [access("ben", "of ben"), access("carol", "of carol")];
  await eventually(() => expect(calls.map(({ asked }) => asked.length)).toEqual([1, 2]));
  calls[1]?.go.resolve();
  expect(await Promise.all(later)).toEqual([{ id: "of ben" }, { id: "of carol" }]);
});

test("a failure reaches all viewers of the same call, and none after it", async () => {
  const { client, calls } = slowPosts();
  const access = accessOver(client);
  const both = Promise.allSettled([access("anna", "of anna"), access("ben", "of ben")]);
  await eventually(() => expect(calls).toHaveLength(1));
  calls[0]?.go.reject(new Problem("service_unavailable"));
  expect((await both).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const after = access("carol", "of carol");
  await eventually(() => expect(calls).toHaveLength(2));
  calls[1]?.go.resolve();
  expect(await after).toEqual({ id: "of carol" });
});

test("a call runs in the context of the first viewer that it asks for, not in that of the answer before it", async () => {
  const { client, calls } = slowPosts();
  const access = accessOver(client);
  void runInContext({ correlationId: "first" }, () => access("anna", "of anna"));
  await eventually(() => expect(calls).toHaveLength(1));
  void runInContext({ correlationId: "second" }, () => access("ben", "of ben"));
  void runInContext({ correlationId: "third" }, () => access("carol", "of carol"));
  calls[0]?.go.resolve();
  await eventually(() => expect(calls.map(({ correlationId }) => correlationId)).toEqual(["first", "second"]));
  calls[1]?.go.resolve();
});
