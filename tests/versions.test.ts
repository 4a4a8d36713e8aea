import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** The oldest allowed versions: older ones have security flaws or lose messages. */
const floors = [
  { name: "multer", floor: "2.5.0" },
  { name: "engine.io", floor: "6.6.11" },
  { name: "socket.io-parser", floor: "4.2.7" },
  { name: "ws", floor: "8.21.0" },
  { name: "amqplib", floor: "2.3.1" },
];

const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8")) as { packages: Record<string, { version?: string }> };

const isAtLeast = (version: string, floor: string) => version.localeCompare(floor, "en", { numeric: true }) >= 0 && /^[\d.]+$/.test(version);

test.each(floors)("every copy of $name is at least $floor", ({ name, floor }) => {
  const copies = Object.entries(lock.packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
  expect(copies).not.toEqual([]);
  expect(copies.filter(([, { version = "" }]) => !isAtLeast(version, floor))).toEqual([]);
});

test("versions compare as numbers", () => {
  expect(["6.6.11", "6.10.0", "7.0.0", "6.6.9", "6.6.11-beta.1", "5.9.99"].filter((version) => isAtLeast(version, "6.6.11"))).toEqual([
    "6.6.11",
    "6.10.0",
    "7.0.0",
  ]);
});
