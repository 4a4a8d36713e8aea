import { afterEach, expect, test, vi } from "vitest";
import { createPasskeyChallenges } from "./challenges.ts";
import { rpIdOf } from "./webauthn.ts";

afterEach(() => vi.useRealTimers());

test("a challenge is opened with the key that it was made with, for what it is for, for five minutes, and unchanged", () => {
  vi.useFakeTimers();
  const challenges = createPasskeyChallenges("a key");
  const [challenge, other] = [challenges.make("sign in"), challenges.make("sign in")];
  const text = challenge.toString("base64url");
  const opened = challenges.open(text, "sign in");
  expect(opened).toEqual({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), expiresAt: new Date(Date.now() + 300_000) });
  expect(challenges.open(other.toString("base64url"), "sign in")?.hash).not.toBe(opened?.hash);
  expect(challenges.open(text, "step up")).toBeNull();
  expect(createPasskeyChallenges("another key").open(text, "sign in")).toBeNull();
  const later = Buffer.from(challenge);
  later.writeUInt8(later.readUInt8(21) ^ 1, 21);
  for (const changed of [
    "",
    "x",
    text.slice(1),
    text.slice(0, -2),
    `${text}AAAA`,
    later.toString("base64url"),
    Buffer.concat([challenge.subarray(0, 22), other.subarray(22)]).toString("base64url"),
  ])
    expect([changed, challenges.open(changed, "sign in")]).toEqual([changed, null]);
  vi.advanceTimersByTime(300_000);
  expect(challenges.open(text, "sign in")).toBeNull();
});

test.each([
  [["http://localhost:8080", "http://127.0.0.1:8080"], "localhost"],
  [["https://feed.example.com", "https://www.feed.example.com"], "feed.example.com"],
  [["http://127.0.0.1:8080", "http://[::1]:8080", "http://feed.internal"], "feed.internal"],
  [["http://192.168.1.9:8080"], null],
  [[], null],
])("of %o passkeys are for %s", (origins, rpId) => {
  expect(rpIdOf(origins)).toBe(rpId);
});
