import { asNotificationId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import { expect, test } from "vitest";
import { findFates } from "./fates.ts";

const [userId, id] = [asUserId("019ac000-0000-7000-8000-000000000001"), asNotificationId("019ac000-0000-7000-8000-000000000002")];

test("while delivery-service is away, what became of notifications is not known, and the log has why", async () => {
  const failures: unknown[] = [];
  const away = (async () => Promise.reject(new Error("away"))) as ServiceClient;
  expect(await findFates(away, userId, [id], (error) => failures.push(error))).toBeNull();
  expect(failures).toEqual([new Error("away")]);
});

test("a delivery-service that hangs is not waited for", async () => {
  const hanging = ((_route, _input, options) =>
    new Promise((_resolve, reject) => options?.signal?.addEventListener("abort", () => reject(options.signal?.reason)))) as ServiceClient;
  const began = performance.now();
  expect(await findFates(hanging, userId, [id], () => {})).toBeNull();
  expect(performance.now() - began).toBeLessThan(5_000);
});
