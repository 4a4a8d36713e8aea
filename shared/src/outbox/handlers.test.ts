import { expect, test } from "vitest";
import { type Event, type EventOf, type EventType, parseEvent } from "../contracts/events.ts";
import { currentContext } from "../ports/context.ts";
import type { HandlerTransaction } from "../ports/service.ts";
import { aboutOthers, eventFixtures } from "../testing/event-fixtures.ts";
import { defineHandlers, type HandleBatch, together } from "./handlers.ts";

const nothing = () => {};
const transaction = {} as HandlerTransaction;
const arrived = (events: readonly Event[]) => ({ fresh: Promise.resolve(events), all: events, bodyOf: JSON.stringify });

let count = 0;
function eventOf(type: EventType): Event {
  const fixture = eventFixtures.find((fixture) => fixture.type === type);
  const [body] = aboutOthers(fixture ? [fixture.body] : []);
  return parseEvent(JSON.stringify({ ...body, correlationId: `request ${++count}` })) as Event;
}

test("a listed type without a handler, and a handler of another type, do not compile", () => {
  const ofLikes = { "post.liked": nothing };
  const others = {
    "account.deletion_completed": nothing,
    "user.preferences_changed": nothing,
    "user.suspended": nothing,
    "user.unsuspended": nothing,
    "webhook.disabled": nothing,
  };
  expect([
    defineHandlers("auth-service", { ...others, "user.updated": ({ data }) => data.user.fullName satisfies string }),
    // @ts-expect-error auth-service consumes user.updated
    defineHandlers("auth-service", {}),
    // @ts-expect-error user-service consumes user.deleted too
    defineHandlers("user-service", { "user.registered": nothing }),
    // @ts-expect-error auth-service does not consume post.liked
    defineHandlers("auth-service", { ...others, "user.updated": nothing, "post.liked": nothing }),
    // @ts-expect-error … nor does it in a spread
    defineHandlers("auth-service", { ...others, "user.updated": nothing, ...ofLikes }),
    // @ts-expect-error there is no such event
    defineHandlers("auth-service", { ...others, "user.updated": nothing, "user.exploded": nothing }),
    // @ts-expect-error what an event does not carry is not there to be read
    defineHandlers("auth-service", { ...others, "user.updated": ({ data }) => data.post }),
    defineHandlers(
      "auth-service",
      { ...others, "user.updated": (_event, context: { depth: number }) => context.depth },
      async (_arrived, _transaction, handle) =>
        // @ts-expect-error handlers expect another context than this
        handle([], { depth: "deep" }),
    ),
  ]).toHaveLength(8);
});

test("events are handled in order, each in the context of its request, and adjacent ones together where a handler takes several", async () => {
  const calls: { types: string[]; correlationId: string | undefined }[] = [];
  const note = (...events: readonly Event[]) => calls.push({ types: events.map(({ type }) => type), correlationId: currentContext()?.correlationId });
  const count = together((events: readonly EventOf<"comment.created" | "comment.updated" | "comment.deleted">[]) => note(...events));
  const one = (event: Event) => note(event);
  const handleEvents = defineHandlers("post-service", {
    "user.registered": one,
    "user.updated": one,
    "user.deleted": one,
    "user.followed": one,
    "user.unfollowed": one,
    "user.blocked": one,
    "user.unblocked": one,
    "user.muted": one,
    "user.unmuted": one,
    "user.suspended": one,
    "user.unsuspended": one,
    "user.preferences_changed": one,
    "post.reposted": one,
    "post.unreposted": one,
    "post.published": async (event) => {
      await Promise.resolve();
      one(event);
    },
    "content.flagged": one,
    "content.approved": one,
    "content.rejected": one,
    "post.deleted": together((events: readonly EventOf<"post.deleted">[]) => note(...events)),
    "comment.created": count,
    "comment.updated": count,
    "comment.deleted": count,
  });
  const events = (["comment.created", "comment.updated", "post.published", "comment.deleted", "user.updated"] as const).map(eventOf);
  // Of a type that was bound once and is not any more, it knows nothing.
  await handleEvents(arrived([...events.slice(0, 2), eventOf("media.uploaded"), ...events.slice(2)]), transaction);
  expect(calls).toEqual([
    { types: ["comment.created", "comment.updated"], correlationId: undefined },
    { types: ["post.published"], correlationId: events[2]?.correlationId },
    { types: ["comment.deleted"], correlationId: events[3]?.correlationId },
    { types: ["user.updated"], correlationId: events[4]?.correlationId },
  ]);
});

test("a batch may do more, and hand its own context to the handlers", async () => {
  const said: string[] = [];
  const handleBatch: HandleBatch<{ place: number }> = async ({ fresh }, _transaction, handle) => {
    said.push("begin");
    for (const [place, event] of (await fresh).entries()) await handle([event], { place });
    said.push("end");
  };
  const handleEvents = defineHandlers(
    "auth-service",
    {
      "account.deletion_completed": nothing,
      "user.preferences_changed": nothing,
      "user.suspended": nothing,
      "user.unsuspended": nothing,
      "webhook.disabled": nothing,
      "user.updated": ({ type }, { place }) => said.push(`${type} at ${place}`),
    },
    handleBatch,
  );
  await handleEvents(arrived([eventOf("user.updated"), eventOf("user.updated")]), transaction);
  expect(said).toEqual(["begin", "user.updated at 0", "user.updated at 1", "end"]);
});
