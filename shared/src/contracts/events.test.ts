import { expect, expectTypeOf, test } from "vitest";
import { type Body, eventFixtures, leastBody } from "../testing/event-fixtures.ts";
import { type ConsumedType, type ConsumersIn, consumedTypes, consumersIn, consumersOf, type EventType, eventTypes, keyOf, producersFor } from "./events.ts";
import { type StoringServiceName, storingServiceNames } from "./services.ts";

test("what all consume goes to every service but its producer", () => {
  const row = { producer: "auth-service", consumers: "all" } as const;
  expect(consumersIn(row)).toEqual(storingServiceNames.filter((name) => name !== "auth-service"));
  expectTypeOf<ConsumersIn<typeof row>>().toEqualTypeOf<Exclude<StoringServiceName, "auth-service">>();
});

test("a service's types are known to the compiler too", () => {
  expect(consumedTypes("auth-service")).toEqual([
    ...["user.updated", "account.deletion_completed", "user.preferences_changed", "user.suspended", "user.unsuspended", "webhook.disabled"],
  ]);
  expectTypeOf<ConsumedType<"auth-service">>().toEqualTypeOf<
    "user.updated" | "account.deletion_completed" | "user.preferences_changed" | "user.suspended" | "user.unsuspended" | "webhook.disabled"
  >();
});

test("what happens to a post and under it is ordered by the post, the rest by the user who did it, or by what it is about", () => {
  const expected = ({ data }: Body) => {
    const { post, comment, postId, user, userId, followerId, blockerId, muterId, ownerId, target, reporterId, recipientId, id } = data as Record<
      string,
      string
    > &
      Record<"post" | "comment" | "user" | "target", Body>;
    return (
      postId ??
      post?.id ??
      comment?.postId ??
      userId ??
      user?.id ??
      followerId ??
      blockerId ??
      muterId ??
      ownerId ??
      reporterId ??
      recipientId ??
      target?.id ??
      id
    );
  };
  for (const fixture of eventFixtures)
    for (const body of [fixture.body, leastBody(fixture)])
      expect({ type: fixture.type, key: keyOf({ type: fixture.type as EventType, data: body.data }) }).toEqual({ type: fixture.type, key: expected(body) });
});

test("bindings and producers follow from the table", () => {
  for (const service of storingServiceNames) {
    const types = consumedTypes(service);
    expect(types).toEqual(eventTypes.filter((type) => consumersOf(type).includes(service)));
    expect([...new Set([...producersFor(service).values()].flat())].sort()).toEqual([...types].sort());
  }
});
