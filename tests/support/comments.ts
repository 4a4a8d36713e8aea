import type { Comment } from "@newfeed/shared/contracts/dto.ts";
import type { EventOf, EventType } from "@newfeed/shared/contracts/events.ts";
import type { Database } from "@newfeed/shared/ports/database.ts";
import type { Person } from "./feed.ts";

export async function postOf(author: Person, more: object = {}): Promise<string> {
  const { status, body } = await author.post("/api/v1/posts", { content: "a post", postType: "TEXT", ...more });
  if (status !== 201) throw new Error(`a post answered ${status}: ${JSON.stringify(body)}`);
  return body.id;
}
export const say = (person: Person, postId: string, content: string, more: object = {}) =>
  person.post(`/api/v1/posts/${postId}/comments`, { content, ...more });
export async function said(person: Person, postId: string, content: string, more: object = {}): Promise<Comment> {
  const { status, body } = await say(person, postId, content, more);
  if (status !== 201) throw new Error(`a comment answered ${status}: ${JSON.stringify(body)}`);
  return body;
}
export async function listed(person: Person, postId: string, query = ""): Promise<Comment[]> {
  const { status, body } = await person.get(`/api/v1/posts/${postId}/comments${query}`);
  if (status !== 200) throw new Error(`a list answered ${status}: ${JSON.stringify(body)}`);
  return body.data;
}
/** What was published about one aggregate, in order. */
export async function facts<T extends EventType>(database: Pick<Database, "query">, type: T, aggregateId: string): Promise<EventOf<T>[]> {
  const rows = await database.query<{ fact: EventOf<T> }>(
    "SELECT body::jsonb AS fact FROM newfeed.outbox WHERE type = $1 AND body::jsonb -> 'aggregate' ->> 'id' = $2 ORDER BY id",
    [type, aggregateId],
  );
  return rows.map((row) => row.fact);
}
