import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { Environment, readConfig } from "@newfeed/shared/runtime/config.ts";
import { describe, expect, test } from "vitest";

const example = readFileSync(new URL("../.env.example", import.meta.url), "utf8");
const stated = parseEnv(example) as Record<string, string>;
const names = Object.keys(Environment.shape) as (keyof typeof Environment.shape)[];
const defaults = Environment.parse({});

describe(".env.example", () => {
  test("names every variable that NewFeed reads, and no other", () => {
    expect(Object.keys(stated).sort()).toEqual([...names].sort());
  });

  test.each(names)("states the default of %s", (name) => {
    expect(stated[name]).toBe(String(defaults[name] ?? ""));
  });

  test("says of every variable what it does", () => {
    const undescribed = example.split("\n").filter((line, index, lines) => /^\w+=/.test(line) && !/^# \w/.test(lines[index - 1] ?? ""));
    expect(undescribed).toEqual([]);
  });

  test("changes nothing as it stands", () => {
    expect(readConfig(stated)).toEqual(readConfig({}));
  });
});
