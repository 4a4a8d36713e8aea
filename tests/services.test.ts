import { serviceNames } from "@newfeed/shared/contracts/services.ts";
import { expect, test } from "vitest";
import { services } from "../app/feed.ts";

test("every service of the registry is composed once, under its own name", () => {
  expect(services.map(({ name }) => name).sort()).toEqual([...serviceNames].sort());
});
