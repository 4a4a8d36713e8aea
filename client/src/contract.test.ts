import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contractTypes, contractTypesFile } from "../scripts/contract-types.ts";

test("the types are those of the contracts (else: npm run generate -w client)", async () => {
  expect(readFileSync(contractTypesFile, "utf8") === (await contractTypes())).toBe(true);
});
