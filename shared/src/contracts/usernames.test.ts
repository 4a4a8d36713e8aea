import { describe, expect, test } from "vitest";
import { Email, NewUsername, Username } from "./dto.ts";

describe("a new username", () => {
  test.each(["alice", "Alice_1", "a.b", "___", "x_x", "adminton", "me_myself", "1234", "john.api"])("may be %s", (name) => {
    expect(NewUsername.parse(name)).toBe(name);
  });

  test.each(["alice.", ".alice", "...", "a b", "ab", "a".repeat(31), "älice", "ali\u200Bce"])("is not %j", (name) => {
    expect(NewUsername.safeParse(name).success).toBe(false);
  });

  test.each(["admin", "ADMIN", "ad.min", "_admin_", "support", "root", "newfeed", "moderator", "api", "null", "undefined", "__proto__", "constructor"])(
    "that is reserved: %s",
    (name) => {
      expect(NewUsername.safeParse(name).error?.issues.map(({ message }) => message)).toEqual(["is reserved; choose another"]);
    },
  );
});

test("a username to look for may be one from before the rules, with a space around it", () => {
  for (const name of ["alice.", "...", "admin", "__proto__"]) expect(Username.parse(` ${name} `)).toBe(name);
});

test("a space around an e-mail address is dropped", () => {
  expect(Email.parse(" alice@example.com\u200B\n")).toBe("alice@example.com");
  expect(Email.safeParse("ali ce@example.com").success).toBe(false);
});
