import fc from "fast-check";
import { expect, test } from "vitest";
import { bitsThatDiffer } from "./picture-hash.ts";

const bits = fc.array(fc.boolean(), { minLength: 64, maxLength: 64 });
const hashOf = (of: readonly boolean[]) =>
  BigInt(`0b${of.map(Number).join("")}`)
    .toString(16)
    .padStart(16, "0");

test("as many bits differ as were turned", () => {
  fc.assert(
    fc.property(bits, bits, (one, turned) => {
      const other = one.map((bit, index) => bit !== turned[index]);
      expect(bitsThatDiffer(hashOf(one), hashOf(other))).toBe(turned.filter(Boolean).length);
    }),
  );
});
