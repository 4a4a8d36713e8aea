import { type Event, keyOf } from "@newfeed/shared/contracts/events.ts";

/** Fields whose ids an event may say something of, beside those of its envelope: a like carries the text of its comment. */
const namedIds = new Set(["postId", "commentId"]);

/** Adds what a value names: posts and comments by their fields, users where their names stand. */
function addMentioned(found: Set<string>, value: object): void {
  const { id, username } = value as { id?: unknown; username?: unknown };
  if (typeof id === "string" && typeof username === "string") found.add(id);
  for (const name in value) {
    const each = (value as Record<string, unknown>)[name];
    if (typeof each === "string") {
      if (namedIds.has(name)) found.add(each);
    } else if (typeof each === "object" && each !== null) addMentioned(found, each);
  }
}

export interface Subjects {
  /** Whose deletion empties an event: its body may say what they were called, or what they said. */
  all: readonly string[];
  /** Those of them that no column of its table names: it is found by its aggregate, its key and its actor anyhow. */
  mentioned: readonly string[];
}

export function subjectsOf(event: Event): Subjects {
  const own = [event.aggregate.id, keyOf(event), ...(event.actorId === null ? [] : [event.actorId])];
  const mentioned = new Set<string>();
  addMentioned(mentioned, event.data);
  for (const id of own) mentioned.delete(id);
  return { all: [...own, ...mentioned], mentioned: [...mentioned] };
}
