import type { Comment } from "@newfeed/shared/contracts/dto.ts";
import type { EventOf, EventType } from "@newfeed/shared/contracts/events.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import type { Person } from "./feed.ts";

export async function createPost(author: Person, more: object = {}): Promise<string> {
  const { status, body } = await author.post("/api/v1/posts", { content: "a post", postType: "TEXT", ...more });
  if (status !== 201) throw new Error(`creating a post failed with ${status}: ${JSON.stringify(body)}`);
  return body.id;
}
/** Sends a comment; returns the response. */
export const sendComment = (person: Pick<Person, "post">, postId: string, content: string, more: object = {}) =>
  person.post(`/api/v1/posts/${postId}/comments`, { content, ...more });
/** Creates a comment. Throws when it is refused. */
export async function createComment(person: Pick<Person, "post">, postId: string, content: string, more: object = {}): Promise<Comment> {
  const { status, body } = await sendComment(person, postId, content, more);
  if (status !== 201) throw new Error(`creating a comment failed with ${status}: ${JSON.stringify(body)}`);
  return body;
}
export async function listComments(person: Person, postId: string, query = ""): Promise<Comment[]> {
  const { status, body } = await person.get(`/api/v1/posts/${postId}/comments${query}`);
  if (status !== 200) throw new Error(`listing comments failed with ${status}: ${JSON.stringify(body)}`);
  return body.data;
}
/** The events of one type about one aggregate, in order. */
export async function publishedEvents<T extends EventType>(database: Pick<RawDatabase, "query">, type: T, aggregateId: string): Promise<EventOf<T>[]> {
  const rows = await database.query<{ event: EventOf<T> }>(
    "SELECT body::jsonb AS event FROM newfeed.outbox WHERE type = $1 AND body::jsonb -> 'aggregate' ->> 'id' = $2 ORDER BY id",
    [type, aggregateId],
  );
  return rows.map((row) => row.event);
}
