import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { createAdmission } from "./admission.ts";

/** How many steps of a crowd run at the same time, at most. */
async function mostAtOnce({ step }: Pick<ReturnType<typeof createAdmission>, "step">, crowd: number): Promise<number> {
  let [running, most] = [0, 0];
  await Promise.all(
    Array.from({ length: crowd }, () =>
      step("192.0.2.1", async () => {
        most = Math.max(most, ++running);
        await nextTurn();
        running--;
      }),
    ),
  );
  return most;
}

test("an idle instance admits many clients at once, one that delivers to others one", async () => {
  const admission = createAdmission({ sample: () => {} });
  expect(await mostAtOnce(admission, 100)).toBe(64);
  admission.delivered();
  await admission.step("192.0.2.1", async () => {});
  expect(await mostAtOnce(admission, 20)).toBe(1);
});
