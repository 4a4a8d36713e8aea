import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { type Examination, examinationRoutes } from "@newfeed/shared/contracts/routes/examinations.ts";
import { type ServiceName, serviceNames } from "@newfeed/shared/contracts/services.ts";
import { type Finding, failed, skipped } from "@newfeed/shared/doctor/finding.ts";
import { insideFindings } from "@newfeed/shared/doctor/inside.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import { readOpenFiles } from "@newfeed/shared/runtime/examination.ts";

/** Longer than services wait for others that they ask meanwhile: one answers also where another does not. */
const answerWithinMs = 5_000;

/** Of the error only what says nothing about addresses. */
function silent(service: ServiceName, error: unknown, isLate: boolean): Finding {
  // During a rolling upgrade.
  if (error instanceof Problem && error.code === "not_found") return skipped(service, "an older version, which does not examine itself");
  return failed(
    service,
    isLate ? `it does not say within ${answerWithinMs / 1_000} s how it is` : "it cannot be asked how it is",
    "Its process hangs, does not run, or waits for its database: its log says more, and `/health/ready` on its own port. What waits there is not known.",
  );
}

/** Asks every service how it is, all at once, for five seconds at most. Gives what that means, and which of them did not answer. */
export async function examineServices(callService: ServiceClient, instance: string, withinMs = answerWithinMs): Promise<Finding[]> {
  const silences: Finding[] = [];
  const answers = await Promise.all(
    serviceNames.map(async (service): Promise<Examination[]> => {
      const signal = AbortSignal.timeout(withinMs);
      try {
        return [{ part: service, ...(await callService(examinationRoutes(service).examine, {}, { signal })) }];
      } catch (error) {
        silences.push(silent(service, error, signal.aborted));
        return [];
      }
    }),
  );
  const own: Examination = { part: "api-gateway", instance, data: null, machine: { disk: null, openFiles: readOpenFiles() } };
  return [...silences, ...insideFindings([own, ...answers.flat()])];
}
