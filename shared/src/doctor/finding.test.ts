import { expect, test } from "vitest";
import { type Check, countsOf, type Finding, failed, lookAt, ok, skipped, warning } from "./finding.ts";

const check = (finding: Finding, rest: Partial<Check> = {}): Check => ({ name: finding.name, look: async () => finding, ...rest });

test("findings are reported in order, and what a check throws is one", async () => {
  const reported: string[] = [];
  const broken: Check = { name: "b", look: () => Promise.reject(new Error("it broke")) };
  const several: Check = { name: "c", look: async () => [ok("c1", "fine"), skipped("c2", "not here")] };
  const found = await lookAt([check(ok("a", "fine"), { first: true }), broken, several], ({ name }) => reported.push(name));
  expect(reported).toEqual(["a", "b", "c1", "c2"]);
  expect(found[1]).toMatchObject({ level: "failed", what: "it broke" });
  expect(countsOf(found)).toEqual({ ok: 2, warning: 0, failed: 1, skipped: 1 });
});

test("after a first check that fails nothing is looked at, after one that warns all is", async () => {
  const rest = check(ok("b", "fine"));
  const names = async (first: Finding) => (await lookAt([check(first, { first: true }), rest], () => {})).map(({ name }) => name);
  expect(await names(failed("a", "nobody answers", "start it"))).toEqual(["a"]);
  expect(await names(warning("a", "it is slow", "wait"))).toEqual(["a", "b"]);
});

test("a signal ends it, and what was being looked at then is not reported", async () => {
  const ending = new AbortController();
  const reported: string[] = [];
  const checks: Check[] = [
    check(ok("a", "fine")),
    {
      name: "b",
      async look(signal) {
        expect(signal).toBe(ending.signal);
        ending.abort();
        return ok("b", "fine");
      },
    },
    check(ok("c", "fine")),
  ];
  await lookAt(checks, ({ name }) => reported.push(name), ending.signal);
  expect(reported).toEqual(["a"]);
});
