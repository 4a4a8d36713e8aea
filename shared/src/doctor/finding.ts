/** `warning`: it works, and may not for long. `skipped`: it could not be looked at. */
export const levels = ["ok", "warning", "failed", "skipped"] as const;
export type Level = (typeof levels)[number];

/** What one check found. */
export interface Finding {
  /** Of the check. */
  name: string;
  level: Level;
  /** What was seen. */
  what: string;
  /** Why that is, most likely, and what to do; of warnings and failures. */
  advice?: string;
}

export const ok = (name: string, what: string): Finding => ({ name, level: "ok", what });
export const warning = (name: string, what: string, advice: string): Finding => ({ name, level: "warning", what, advice });
export const failed = (name: string, what: string, advice: string): Finding => ({ name, level: "failed", what, advice });
export const skipped = (name: string, what: string): Finding => ({ name, level: "skipped", what });

/** Looks at one thing. What it throws is a failure too. */
export interface Check {
  name: string;
  look(signal?: AbortSignal): Promise<Finding | readonly Finding[]>;
  /** When this fails there is nothing else to see. */
  first?: true;
}

/** How many findings each level has. */
export const countsOf = (findings: readonly Finding[]): Record<Level, number> =>
  Object.fromEntries(levels.map((level) => [level, findings.filter((finding) => finding.level === level).length])) as Record<Level, number>;

/** Runs checks one after another, so that what one does is not what another one sees, until `signal` ends that. Gives all that they found. */
export async function lookAt(checks: readonly Check[], report: (finding: Finding) => void, signal?: AbortSignal): Promise<Finding[]> {
  const all: Finding[] = [];
  for (const { name, look, first } of checks) {
    if (signal?.aborted) break;
    const found = await look(signal).catch((error: unknown) =>
      failed(name, error instanceof Error ? error.message : String(error), "The check itself did not get through: look at what the others say first."),
    );
    if (signal?.aborted) break;
    for (const finding of [found].flat()) {
      all.push(finding);
      report(finding);
    }
    if (first && all.at(-1)?.level === "failed") break;
  }
  return all;
}
