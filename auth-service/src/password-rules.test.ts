import { expect, test } from "vitest";
import { requireGoodPassword } from "./password-rules.ts";

const ann = { username: "Ann.Smith", email: "ann+feed@example.com" };
const refused = (password: string, minLength = 7) =>
  requireGoodPassword(password, minLength, ann).then(
    () => undefined,
    (error) => error.publicMessage as string,
  );

test.each(["Test123", "correct horse", "пароль-и-точка", "密码密码密码密", "        x", "p\u0301assw\u00f6rd"])("%j is good", async (password) =>
  expect(await refused(password)).toBeUndefined(),
);

test.each([
  ["       ", "password must not be blank"],
  ["\u200B\u3164\u2800\u2060\u200B\u3164\u2800", "password must not be blank"],
  ["abc123", "password must have at least 7 characters"],
  // Three letters, each with an accent of its own; four faces of two units each.
  ["e\u0301e\u0301e\u0301e\u0301", "password must have at least 7 characters"],
  ["\u{1F600}\u{1F601}\u{1F602}\u{1F603}", "password must have at least 7 characters"],
  ["ann.smith", "password must not be your username or e-mail address"],
  [" ANN.SMITH ", "password must not be your username or e-mail address"],
  ["ann+feed@example.com", "password must not be your username or e-mail address"],
  ["Ann+Feed", "password must not be your username or e-mail address"],
  ["password", "password is one of the most common passwords; choose another"],
  ["12345678", "password is one of the most common passwords; choose another"],
  ["qwertyuiop", "password is one of the most common passwords; choose another"],
])("%j is refused: %s", async (password, message) => expect(await refused(password)).toBe(message));

test("operators may ask for more characters", async () => {
  expect(await refused("Test123", 12)).toBe("password must have at least 12 characters");
  expect(await refused("Test123Test123", 12)).toBeUndefined();
});
