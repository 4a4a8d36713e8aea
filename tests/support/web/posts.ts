import type { Locator, Page } from "playwright-core";
import type { Person } from "../feed.ts";

/** Publishes a post; gives its id. */
export const write = async (person: Person, content: string): Promise<string> => (await person.post("/api/v1/posts", { content, postType: "TEXT" })).body.id;

/** The cards of posts and comments that have a text. */
export const post = (page: Page, text: string): Locator => page.getByRole("article").filter({ hasText: text });
