import { setTimeout as sleep } from "node:timers/promises";

/** Repeats `check` until it passes, for at most `withinMs`; then fails as the last try failed. */
export async function eventually<T>(check: () => T | Promise<T>, withinMs = 5_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(15);
    }
  }
}
