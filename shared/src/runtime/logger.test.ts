import { describe, expect, test } from "vitest";
import { redact } from "./logger.ts";

const jwt = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl";

describe("what is logged", () => {
  test("says no token, wherever it stands in a text", () => {
    expect(redact(`with ${jwt} in it`)).toBe("with [redacted] in it");
    expect(redact(`authorization: Bearer ${"a".repeat(40)} and more, Bearer b`)).toBe("authorization: [redacted] and more, [redacted]");
    expect(redact("a bearer of eyJ")).toBe("a bearer of eyJ");
  });

  test("says nothing of what is called a secret, at any depth, and says why something failed", () => {
    const error = new Error(`refused ${jwt}`, { cause: Object.assign(new Error("no"), { code: "ECONNREFUSED" }) });
    const logged = JSON.stringify(redact({ user: { name: "alice", Password: "Test123", list: [{ apiKey: "k" }] }, error, count: 3n }));
    expect(logged).not.toMatch(/Test123|"k"|eyJ/);
    expect(JSON.parse(logged)).toMatchObject({
      user: { name: "alice", Password: "[redacted]", list: [{ apiKey: "[redacted]" }] },
      error: { message: "refused [redacted]", cause: { message: "no", code: "ECONNREFUSED" } },
      count: "3",
    });
  });

  test("ends somewhere, however deep it goes", () => {
    let deep: unknown = "bottom";
    for (let depth = 0; depth < 50; depth++) deep = { deep };
    expect(JSON.stringify(redact(deep))).toMatch(/^(\{"deep":){7}"\[deep\]"\}{7}$/);
  });
});
