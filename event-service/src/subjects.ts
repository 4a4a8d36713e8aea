import { type Event, keyOf } from "@newfeed/shared/contracts/events.ts";

/** Fields whose ids an event may say something of, beside those of its envelope: a like carries the text of its comment. */
const namedIds = new Set(["postId", "commentId"]);

/** What a value names: posts and comments by their fields, users where their names stand. */
function* mentionsIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  const { id, username } = value as { id?: unknown; username?: unknown };
  if (typeof id === "string" && typeof username === "string") yield id;
  for (const [name, each] of Object.entries(value)) {
    if (namedIds.has(name) && typeof each === "string") yield each;
    else yield* mentionsIn(each);
  }
}

/** What an event is found by when something is deleted without another index than that of its table: its aggregate, its actor, its key. */
const ownSubjectsOf = (event: Event): string[] => [event.aggregate.id, keyOf(event), ...(event.actorId === null ? [] : [event.actorId])];

/** What else its body says something of. */
export function mentionsOf(event: Event): string[] {
  const own = ownSubjectsOf(event);
  return [...new Set(mentionsIn(event.data))].filter((id) => !own.includes(id));
}

/** All whose deletion empties an event: its body may say what they were called, or what they said. */
export const subjectsOf = (event: Event): string[] => [...ownSubjectsOf(event), ...mentionsOf(event)];
