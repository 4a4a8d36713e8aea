import { readFileSync } from "node:fs";
import { databaseOf, serviceNames, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { expect, test } from "vitest";
import { services } from "../app/feed.ts";

test("every service of the registry is composed once, under its own name", () => {
  expect(services.map(({ name }) => name).sort()).toEqual([...serviceNames].sort());
});

test("operations.md dumps and restores the database of every service", () => {
  const lists = [...readFileSync(new URL("../docs/operations.md", import.meta.url), "utf8").matchAll(/^for name in (.*); do$/gm)].map(([, names]) => names);
  expect(lists).toHaveLength(2);
  for (const names of lists) expect(names?.split(" ").sort()).toEqual(storingServiceNames.map(databaseOf).sort());
});
