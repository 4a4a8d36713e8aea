import { asSessionId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import { afterEach, expect, test, vi } from "vitest";
import { type Attempt, createAttempts } from "./attempt.ts";
import { usernameFrom } from "./sign-in.ts";

afterEach(() => vi.useRealTimers());

const attempt: Attempt = {
  ...{ provider: "google", state: "a state", nonce: "a nonce", verifier: "a verifier", returnTo: "https://feed.example/login" },
  purpose: { link: { userId: asUserId("a user"), sessionId: asSessionId("a session") } },
};

test("an attempt is opened with the key that it was sealed with, for ten minutes, and unchanged", () => {
  vi.useFakeTimers();
  const attempts = createAttempts("a key");
  const sealed = attempts.seal(attempt);
  expect(attempts.open(sealed)).toEqual(attempt);
  expect(Buffer.from(sealed, "base64url").toString("latin1")).not.toContain("verifier");
  expect(createAttempts("another key").open(sealed)).toBeNull();
  for (const changed of [
    "",
    "x",
    sealed.slice(0, 30),
    sealed.slice(0, -4),
    `${sealed}AAAA`,
    `${sealed.startsWith("A") ? "B" : "A"}${sealed.slice(1)}`,
    attempts.seal(attempt).slice(0, 16) + sealed.slice(16),
  ])
    expect([changed, attempts.open(changed)]).toEqual([changed, null]);
  vi.advanceTimersByTime(10 * 60_000 + 1);
  expect(attempts.open(sealed)).toBeNull();
});

test.each([
  [{ username: "Ada.Lovelace", email: null, fullName: null }, "Ada.Lovelace"],
  [{ username: "x", email: "ada+feed@example.com", fullName: null }, "ada_feed"],
  [{ username: "admin", email: null, fullName: "Zoë Åström" }, "Zoe_Astrom"],
  [{ username: null, email: null, fullName: "李雷" }, undefined],
  [{ username: "..", email: "a@example.com", fullName: "" }, undefined],
  [{ username: "a".repeat(50), email: null, fullName: null }, "a".repeat(30)],
])("of %o the username is %s", (identity, username) => {
  expect(usernameFrom(identity)).toBe(username);
});
