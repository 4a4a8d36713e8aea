import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import { limits } from "@newfeed/shared/contracts/limits.ts";
import { createEmbeddedLimiter } from "@newfeed/shared/embedded/limiter.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Attempt, createGuard } from "./login-guard.ts";

const john = asUserId("0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e");
const home = "198.51.100.1";

/** A guard, and what an attempt is answered with: "in" for a right password, else the problem's code. */
function world(addresses: string[] = []) {
  const guard = createGuard(createEmbeddedLimiter(1), async (account) => (account ? addresses : []));
  const attempt = (given: Partial<Attempt>) =>
    guard({ login: "john", account: john, address: "203.0.113.1", matches: async () => false, ...given }).then(
      () => "in",
      (error) => error.code as string,
    );
  const right = (given: Partial<Attempt>) => attempt({ matches: async () => true, ...given });
  return { attempt, right };
}

test.each([
  ["elsewhere", []],
  ["where the account has a session", ["203.0.113.1"]],
])("of guesses that are checked at once %s, those beyond the fifth failure do not tell that they were right", async (_where, addresses) => {
  const { attempt } = world(addresses);
  const verdicts: ((matches: boolean) => void)[] = [];
  const matches = () => new Promise<boolean>((resolve) => verdicts.push(resolve));
  const answers = Array.from({ length: 6 }, () => attempt({ matches }));
  await eventually(() => expect(verdicts).toHaveLength(6));
  for (const decide of verdicts.slice(0, 5)) decide(false);
  await Promise.all(answers.slice(0, 5));
  verdicts[5]?.(true);
  expect(await Promise.all(answers)).toEqual([...Array(5).fill("invalid_credentials"), "rate_limited"]);
});

test("a wrong password, an unknown login and a right password beyond the account's limit take the same steps", async () => {
  const { attempt, right } = world();
  for (let failure = 0; failure < 5; failure++) expect(await attempt({ login: "john" })).toBe("invalid_credentials");
  expect(await right({ login: "john@test.com" })).toBe("invalid_credentials");
  expect(await attempt({ login: "nobody", account: null })).toBe("invalid_credentials");
});

describe("beyond a limit that slows", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const { points } = limits.loginFailureByLogin;
  const fromEverywhere = async (attempt: (given: Partial<Attempt>) => Promise<string>, count: number) => {
    for (let index = 0; index < count; index++) expect(await attempt({ address: `203.0.113.${index + 1}` })).toBe("invalid_credentials");
  };
  /** The answer, if there is one by now. */
  const soon = (answer: Promise<string>) => Promise.race([answer, new Promise((resolve) => setImmediate(() => setImmediate(() => resolve("waits"))))]);

  test("guesses at one login from everywhere take turns, longer with each", async () => {
    const { attempt } = world();
    await fromEverywhere(attempt, points + 1);
    const next = attempt({ address: "203.0.113.201" });
    expect(await soon(next)).toBe("waits");
    await vi.advanceTimersByTimeAsync(249);
    expect(await soon(next)).toBe("waits");
    await vi.advanceTimersByTimeAsync(1);
    expect(await next).toBe("invalid_credentials");
    const later = attempt({ address: "203.0.113.202" });
    await vi.advanceTimersByTimeAsync(499);
    expect(await soon(later)).toBe("waits");
    await vi.advanceTimersByTimeAsync(1);
    expect(await later).toBe("invalid_credentials");
  });

  test("a right password waits for its turn, and passes at once where the account has a session", async () => {
    const { attempt, right } = world([home]);
    await fromEverywhere(attempt, points + 1);
    const elsewhere = right({ address: "203.0.113.201" });
    expect(await soon(elsewhere)).toBe("waits");
    expect(await soon(right({ address: home }))).toBe("in");
    await vi.advanceTimersByTimeAsync(250);
    expect(await elsewhere).toBe("in");
  });

  test("other logins do not wait, and an unknown login is slowed like a known one", async () => {
    const { attempt, right } = world();
    await fromEverywhere((given) => attempt({ ...given, login: "nobody", account: null }), points + 1);
    expect(await soon(attempt({ login: "nobody", account: null, address: "203.0.113.201" }))).toBe("waits");
    expect(await soon(right({ address: "203.0.113.202" }))).toBe("in");
  });

  test("only some may wait", async () => {
    const { attempt } = world();
    await fromEverywhere(attempt, points + 1);
    const answers = Array.from({ length: 7 }, (_, index) => attempt({ address: `203.0.113.${100 + index}` }));
    expect(await Promise.all(answers.map(soon))).toEqual([...Array(5).fill("waits"), "rate_limited", "rate_limited"]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await Promise.all(answers.slice(0, 5))).toEqual(Array(5).fill("invalid_credentials"));
  });
});
