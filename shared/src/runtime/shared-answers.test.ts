import { expect, test, vi } from "vitest";
import { currentContext, runInContext } from "../ports/context.ts";
import { createSharedAnswers } from "./shared-answers.ts";

function counted() {
  let clock = 0;
  let asked = 0;
  const answers = createSharedAnswers(() => clock);
  return { answers, ask: (question = "a") => answers.of(question, async () => ++asked), pass: (ms: number) => (clock += ms) };
}

test("an answer is given again for a moment, and one question is asked for all who wait", async () => {
  const { ask, pass } = counted();
  expect(await Promise.all([ask(), ask(), ask("b")])).toEqual([1, 1, 2]);
  pass(199);
  expect(await ask()).toBe(1);
  pass(1);
  expect(await ask()).toBe(3);
});

test("behind a change, nobody who asks anew gets what was being found before it", async () => {
  const { answers } = counted();
  const old = Promise.withResolvers<string>();
  const waiting = answers.of("a", () => old.promise);
  answers.forget();
  const later = answers.of("a", async () => "new");
  old.resolve("old");
  expect(await Promise.all([waiting, later, answers.of("a", async () => "newer")])).toEqual(["old", "new", "new"]);
});

test("what is being found does not end with the first who asked", async () => {
  const { answers } = counted();
  const first = { correlationId: "first", signal: AbortSignal.abort(), readsOnly: true };
  expect(await runInContext(first, () => answers.of("a", async () => currentContext()))).toEqual({ correlationId: "first", readsOnly: true });
});

test("a failure is not kept", async () => {
  const { answers } = counted();
  await expect(answers.of("a", async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await answers.of("a", async () => "yes")).toBe("yes");
});

test("strangers' questions do not fill the memory", async () => {
  const { ask } = counted();
  for (let at = 0; at < 1_000; at++) await ask(String(at));
  expect(await ask("999")).toBe(1_000);
  expect(await ask("0")).toBe(1_001);
});

test("an answer is let go of when its time is over, though nobody asks any more", async () => {
  vi.useFakeTimers();
  try {
    const { ask } = counted();
    await ask();
    vi.advanceTimersByTime(200);
    expect(await ask()).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});
