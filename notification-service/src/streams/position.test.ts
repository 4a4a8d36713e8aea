import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cursorAt, epochOf, parseCursor, refusal } from "./position.ts";

describe("a cursor", () => {
  test("reads as it was written, for every stream and offset", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string(), fc.nat(), (database, stream, offset) => {
        const epoch = epochOf(database, stream);
        expect(parseCursor(cursorAt(epoch, offset))).toEqual({ epoch, offset });
      }),
    );
  });

  test("that this server did not issue is invalid, whatever it looks like", () => {
    for (const text of [
      "",
      ":",
      "5",
      "abcdefghijkl:",
      "abcdefghijkl:-1",
      "abcdefghijkl:1.5",
      "abcdefghijkl:1e3",
      "abcdefghijkl:9999999999999999",
      "a b:1",
      `${"x".repeat(33)}:1`,
    ])
      expect(parseCursor(text), text).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => void parseCursor(text)));
  });

  test("of another stream, another life of the database, the future or before retention is refused, with the reason", () => {
    const epoch = epochOf("db", "post:1");
    const bounds = { floor: 10, top: 20 };
    const at = (offset: number) => refusal({ epoch, offset }, epoch, bounds);
    expect([at(9), at(10), at(15), at(20), at(21)]).toEqual(["expired", undefined, undefined, undefined, "future"]);
    expect(refusal({ epoch: epochOf("db", "post:2"), offset: 15 }, epoch, bounds)).toBe("epoch");
    expect(refusal({ epoch: epochOf("restored", "post:1"), offset: 15 }, epoch, bounds)).toBe("epoch");
  });
});
