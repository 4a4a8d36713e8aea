import type { Page } from "playwright-core";
import type { Person } from "../feed.ts";

/** A post of a user, who may comment on it. */
export async function conversationOf(person: Person): Promise<{ id: string; say(content: string): Promise<unknown> }> {
  const { id } = (await person.post("/api/v1/posts", { content: "A conversation", postType: "TEXT" })).body;
  return { id, say: (content) => person.post(`/api/v1/posts/${id}/comments`, { content }) };
}

/** Resolves once a page shows this state of its connection. */
export const untilConnection = (page: Page, state: "live" | "reconnecting" | "offline"): Promise<void> =>
  page.locator(`.connection[data-state="${state}"]`).waitFor({ timeout: 40_000 });
