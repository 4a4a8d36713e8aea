import { Username } from "@newfeed/shared/contracts/dto.ts";

const atMost = 10;

/**
 * The usernames that a text mentions as `@name`: in order, without regard to case, ten at most. What stands before the
 * `@` must not belong to a word, so an e-mail address mentions nobody; dots at the end belong to the sentence.
 */
export function usernamesIn(text: string): string[] {
  const names = new Map<string, string>();
  for (const [, name = ""] of text.matchAll(/(?<![\p{L}\p{N}_.@])@([A-Za-z0-9_.]*[A-Za-z0-9_])/gu)) {
    const key = name.toLowerCase();
    if (Username.safeParse(name).success && !names.has(key)) names.set(key, name);
    if (names.size === atMost) break;
  }
  return [...names.values()];
}
