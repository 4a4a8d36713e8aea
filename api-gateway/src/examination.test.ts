import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Examination } from "@newfeed/shared/contracts/routes/examinations.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import { expect, test } from "vitest";
import { examineServices } from "./examination.ts";

const data = { unsent: 0, oldestSeconds: 0, deadLetters: 0, notArrived: [], silent: [], replicas: [] };
const machine = { disk: { folder: "data", freeBytes: 90, totalBytes: 100 }, openFiles: "65536" };

type Answers = Record<string, (signal: AbortSignal | undefined) => Promise<Partial<Examination>>>;
const servicesThat =
  (answers: Answers): ServiceClient =>
  async ({ service }, _input, options) =>
    ({ instance: `${service}-1`, data, machine, ...(await answers[service]?.(options?.signal)) }) as never;

const never = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(new Error("connect ECONNREFUSED 10.1.2.3:3002"))));

test("a service that hangs, cannot be asked, or is older is one finding, and the others are examined", async () => {
  const found = await examineServices(
    servicesThat({
      "post-service": never,
      "user-service": () => Promise.reject(new Problem("service_unavailable", { internal: "connect ECONNREFUSED 10.1.2.3:3006" })),
      "query-service": () => Promise.reject(new Problem("not_found")),
      "comment-service": async () => ({ data: { ...data, deadLetters: 2 } }),
    }),
    "api-gateway-1",
    20,
  );
  const levels = Object.fromEntries(found.map(({ name, level, what }) => [name, `${level} ${what}`]));
  expect(levels).toMatchObject({
    "post-service": "failed it does not say within 5 s how it is",
    "user-service": "failed it cannot be asked how it is",
    "query-service": "skipped an older version, which does not examine itself",
    "dead letters": "warning comment-service 2",
    outbox: "ok no event waits to be sent",
    queues: "ok what was sent has arrived",
  });
  expect(Object.keys(levels)).toHaveLength(3 + 6);
  expect(JSON.stringify(found)).not.toContain("10.1.2.3");
});
