import { setTimeout as sleep } from "node:timers/promises";

/** Repeats `check` until it passes, for at most `withinMs`; then fails as the last try failed. A promise of speed states its own; else it only has to happen, on a busy machine, too. */
export async function eventually<T>(check: () => T | Promise<T>, withinMs = 20_000): Promise<T> {
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
