import { randomBytes, randomUUID } from "node:crypto";
import { asSessionId } from "@newfeed/shared/contracts/ids.ts";
import { expect, test } from "vitest";
import { createRefreshTokens } from "./refresh-tokens.ts";

const tokens = createRefreshTokens("a key");

test("a refresh token names its session, and is recognised as issued here", () => {
  const sessionId = asSessionId(randomUUID());
  const [one, other] = [tokens.create(sessionId), tokens.create(sessionId)];
  expect(one).not.toBe(other);
  for (const token of [one, other]) expect([tokens.sessionOf(token), tokens.isOwn(token), tokens.sessionOf(`${token}x`)]).toEqual([sessionId, true, null]);
});

test("nothing else is: a token of another session, of another key, or of before tokens said so", () => {
  const sessionId = asSessionId(randomUUID());
  const token = tokens.create(sessionId);
  const others = [
    `${randomUUID()}${token.slice(36)}`,
    createRefreshTokens("another key").create(sessionId),
    `${sessionId}.${randomBytes(32).toString("base64url")}`,
    `${sessionId}.${"A".repeat(43)}`,
    token.slice(1),
    "",
  ];
  expect(others.map(tokens.isOwn)).toEqual(others.map(() => false));
});
