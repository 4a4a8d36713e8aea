import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import { chosenTypes } from "@newfeed/shared/contracts/routes/notification-preferences.ts";
import { describe, expect, test } from "vitest";
import { textOfDigest, textOfOne } from "./texts.ts";
import { createMailTokens } from "./tokens.ts";
import { dueAtOnce, dueDigest, retryAt } from "./when.ts";

describe("a digest is due", () => {
  test.each([
    ["daily", "UTC", "2026-11-28T07:59:30Z", "2026-11-29T08:00:00.000Z"],
    ["daily", "UTC", "2026-11-28T07:30:00Z", "2026-11-28T08:00:00.000Z"],
    ["daily", "UTC", "2026-11-28T08:00:00Z", "2026-11-29T08:00:00.000Z"],
    ["daily", "Asia/Kolkata", "2026-11-28T08:00:00Z", "2026-11-29T02:30:00.000Z"],
    ["daily", "Europe/Berlin", "2026-03-28T20:00:00Z", "2026-03-29T06:00:00.000Z"],
    // 2026-11-30 is a Monday.
    ["weekly", "UTC", "2026-11-28T08:00:00Z", "2026-11-30T08:00:00.000Z"],
    ["weekly", "UTC", "2026-11-30T09:00:00Z", "2026-12-07T08:00:00.000Z"],
    ["weekly", "Pacific/Auckland", "2026-11-29T10:00:00Z", "2026-11-29T19:00:00.000Z"],
  ])("%s in %s after %s", (frequency, timeZone, now, due) => expect(dueDigest(Date.parse(now), frequency, timeZone).toISOString()).toBe(due));
});

test("a mail by itself is held for half a minute, until quiet hours end, and an hour after the last one of its group", () => {
  const now = Date.parse("2026-11-28T12:00:00Z");
  const due = (notBefore: string | null, endedAt: Date | null) => dueAtOnce(now, notBefore, endedAt).toISOString().slice(11, 19);
  expect(due(null, null)).toBe("12:00:30");
  expect(due("2026-11-28T13:30:00Z", null)).toBe("13:30:00");
  expect(due(null, new Date(now - 600_000))).toBe("12:50:00");
  expect(due(null, new Date(now - 7_200_000))).toBe("12:00:30");
});

test("an attempt is made again after longer and longer, an hour at most", () => {
  const minutes = (attempts: number) => (retryAt(0, attempts, () => 0.5).getTime() / 60_000).toFixed(1);
  expect([1, 2, 3, 4, 5, 70].map(minutes)).toEqual(["0.5", "2.0", "10.0", "30.0", "60.0", "60.0"]);
});

describe("a token of a link", () => {
  const tokens = createMailTokens("k".repeat(32));
  const userId = asUserId("019ac000-0000-7000-8000-000000000001");

  test("says whose mails of what it ends", () => {
    for (const type of ["mention", null]) expect(tokens.read(tokens.tokenOf({ userId, type }))).toEqual({ userId, type });
  });

  test("is none when it is changed, or another key's", () => {
    const token = tokens.tokenOf({ userId, type: "mention" });
    const [text, mac] = token.split(".");
    const others = Buffer.from(`${userId}:`).toString("base64url");
    const forged = [`${others}.${mac}`, `${text}.${"A".repeat(43)}`, `${text}.`, "", createMailTokens("j".repeat(32)).tokenOf({ userId, type: "mention" })];
    expect(forged.map((each) => tokens.read(each))).toEqual(forged.map(() => null));
  });

  test("an address is known again in other letters, and not by who has another key", () => {
    expect(tokens.hashOf(" Ann@Example.com")).toBe(tokens.hashOf("ann@example.com"));
    expect(createMailTokens("j".repeat(32)).hashOf("ann@example.com")).not.toBe(tokens.hashOf("ann@example.com"));
  });
});

describe("a mail", () => {
  const site = { name: "The Feed", url: "https://feed.example" };
  const told = { type: "mention", actors: [{ username: "zed", fullName: "Zed" }], count: 1, subject: { postId: null, commentId: null }, excerpt: null };

  test("has words for each type that users choose, in each language, and others for what newer servers know", () => {
    for (const language of ["en", "de"] as const) {
      const other = textOfOne(language, site, { ...told, type: "newer" }, "https://end");
      for (const type of chosenTypes) {
        const text = textOfOne(language, site, { ...told, type }, "https://end");
        expect([text.subject, text.last?.label]).not.toContain(other.subject);
        expect(text.last?.label).not.toBe(other.last?.label);
      }
      expect(textOfOne(language, site, { ...told, type: "constructor" }, "https://end").subject).toBe(other.subject);
    }
  });

  test("of many shows twenty, and says that there is more", () => {
    const { items, notes } = textOfDigest(
      "en",
      site,
      Array.from({ length: 30 }, () => told),
      false,
      "https://end",
    );
    expect(items).toHaveLength(20);
    expect(notes?.[0]).toBe("There is more in your notifications.");
    expect(textOfDigest("en", site, [told], false, "https://end").notes).toHaveLength(1);
  });
});
