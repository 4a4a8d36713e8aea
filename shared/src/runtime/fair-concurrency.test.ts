import { expect, test } from "vitest";
import { limitFairly } from "./fair-concurrency.ts";

const never = new AbortController().signal;

/** A queue whose work records its start, and ends on request. */
function openQueue(limits: Partial<Parameters<typeof limitFairly>[0]> = {}) {
  const run = limitFairly({ atOnce: 2, atOncePerKey: 1, mayWait: 8, mayWaitPerKey: 4, longestWaitMs: 60_000, what: "work", ...limits });
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    started,
    end: (name: string) => ends.get(name)?.(),
    add: (name: string, signal = never) =>
      run(
        name.slice(0, 1),
        () => {
          started.push(name);
          return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
        },
        signal,
      ),
  };
}

test("a key with much waiting has one place, and the others have their turn before it comes again", async () => {
  const { add, end, started } = openQueue();
  const all = ["a1", "a2", "a3", "b1", "c1", "c2"].map((name) => add(name));
  const order = ["a1", "b1", "c1", "a2", "c2", "a3"];
  expect(started).toEqual(order.slice(0, 2));
  for (const [index, name] of order.entries()) {
    end(name);
    await expect.poll(() => started).toEqual(order.slice(0, index + 3));
  }
  expect(await Promise.all(all)).toEqual(["a1", "a2", "a3", "b1", "c1", "c2"]);
});

test("work runs in rounds where something is between them, and keys take turns in each", async () => {
  const pauses: ((size: number) => void)[] = [];
  const { add, end, started } = openQueue({ atOnce: 3, atOncePerKey: 3, between: () => new Promise((resolve) => pauses.push(resolve)) });
  const all = ["a1", "a2", "a3", "a4", "b1", "c1"].map((name) => add(name));
  expect(started).toEqual(["a1"]);
  const round = async (size: number, ...names: string[]) => {
    await expect.poll(() => started.slice(-names.length)).toEqual(names);
    for (const name of names) {
      expect(pauses).toEqual([]);
      end(name);
      // What ends leaves no place before the round is over.
      await new Promise(setImmediate);
    }
    expect(started.at(-1)).toBe(names.at(-1));
    pauses.pop()?.(size);
  };
  await round(3, "a1");
  await round(1, "b1", "c1", "a2");
  await round(3, "a3");
  await round(3, "a4");
  await Promise.all(all);
  const last = add("d1");
  await round(3, "d1");
  expect(await last).toBe("d1");
});

test("too much waiting is refused, of one key before the queue is full for others", async () => {
  const { add, end, started } = openQueue({ mayWait: 3, mayWaitPerKey: 2 });
  const taken = ["a1", "a2", "a3"].map((name) => add(name));
  await expect(add("a4")).rejects.toMatchObject({ code: "rate_limited" });
  taken.push(add("b1"), add("c1"));
  await expect(add("d1")).rejects.toMatchObject({ code: "service_unavailable" });
  for (const name of ["a1", "b1", "c1", "a2", "a3"]) {
    await expect.poll(() => started).toContain(name);
    end(name);
  }
  expect(await Promise.all(taken)).toEqual(["a1", "a2", "a3", "b1", "c1"]);
});

test("what is aborted while it waits never starts and leaves its place; a failure leaves its place too", async () => {
  const { add, end, started } = openQueue({ atOnce: 1 });
  const first = add("a1");
  const aborter = new AbortController();
  const second = add("a2", aborter.signal);
  const third = add("a3");
  aborter.abort(new Error("gone"));
  await expect(second).rejects.toThrow("gone");
  await expect(add("a4", aborter.signal)).rejects.toThrow("gone");
  end("a1");
  await first;
  await expect.poll(() => started).toEqual(["a1", "a3"]);
  end("a3");
  await third;

  const run = limitFairly({ atOnce: 1, atOncePerKey: 1, mayWait: 1, mayWaitPerKey: 1, longestWaitMs: 60_000, what: "work" });
  await expect(run("a", () => Promise.reject(new Error("failed")), never)).rejects.toThrow("failed");
  expect(await run("b", async () => "done", never)).toBe("done");
});

test("what has waited too long is refused and leaves its place", async () => {
  const { add, end, started } = openQueue({ atOnce: 1, longestWaitMs: 20 });
  const first = add("a1");
  await expect(add("b1")).rejects.toMatchObject({ code: "rate_limited" });
  end("a1");
  await first;
  const second = add("c1");
  end("c1");
  await second;
  expect(started).toEqual(["a1", "c1"]);
});
