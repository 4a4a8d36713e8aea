import { describe, expect, test, vi } from "vitest";
import { runInContext } from "../ports/context.ts";
import { eventually } from "../testing/eventually.ts";
import { createLogger, redact } from "./logger.ts";

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

test("a line carries the correlation id of the context that it was written in", async () => {
  let written = "";
  const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    written += text;
    return true;
  });
  const logger = createLogger({ level: "info", json: true }).child({ service: "a-service" });
  await runInContext({ correlationId: "of-a-request" }, async () => {
    await null;
    logger.info("within", { path: "/" });
  });
  logger.info("outside");
  await eventually(() => expect(written).toContain("outside"));
  write.mockRestore();
  expect(
    written
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { timestamp: expect.anything(), level: "info", message: "within", service: "a-service", path: "/", correlationId: "of-a-request" },
    { timestamp: expect.anything(), level: "info", message: "outside", service: "a-service" },
  ]);
});
