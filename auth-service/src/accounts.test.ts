import { createEmbeddedLimiter } from "@newfeed/shared/embedded/limiter.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { expect, test } from "vitest";
import { logIn } from "./accounts.ts";
import type { Account, Store } from "./store.ts";

test("of guesses that are checked at once, those beyond the fifth failure are not told that they were right", async () => {
  const store: Pick<Store, "transaction" | "accountByLogin"> = {
    accountByLogin: async () => ({ id: "0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e", passwordHash: "" }) as Account,
    transaction: () => Promise.reject(new Error("a session was to be opened")),
  };
  const verdicts: ((matches: boolean) => void)[] = [];
  const passwords = { hash: async () => "", verify: () => new Promise<boolean>((resolve) => verdicts.push(resolve)) };
  const limiter = createEmbeddedLimiter(1);
  const guesses = Array.from({ length: 6 }, () =>
    logIn({ store, passwords, limiter, sign: async () => "" }, "john", "guess", { userAgent: "", address: "203.0.113.1" }),
  );
  const codes = Promise.all(guesses.map((guess) => guess.catch((error) => error.code ?? error.message)));
  await eventually(() => expect(verdicts).toHaveLength(6));
  for (const tell of verdicts.slice(0, 5)) tell(false);
  await Promise.allSettled(guesses.slice(0, 5));
  verdicts[5]?.(true);
  expect(await codes).toEqual([...Array(5).fill("invalid_credentials"), "rate_limited"]);
});
