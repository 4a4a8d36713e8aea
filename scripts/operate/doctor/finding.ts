/** `warning`: it works, and may not for long. `skipped`: it could not be looked at. */
export type Level = "ok" | "warning" | "failed" | "skipped";

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
  look(): Promise<Finding | readonly Finding[]>;
  /** When this fails there is nothing else to see. */
  first?: true;
}

const words: Record<Level, string> = { ok: "ok", warning: "warning", failed: "FAILED", skipped: "skipped" };

/** One line, and one for the advice. */
export function textOf({ name, level, what, advice }: Finding): string {
  const line = `${words[level].padEnd(8)} ${name}: ${what}`;
  return advice ? `${line}\n${" ".repeat(9)}${advice}` : line;
}

/** Runs checks one after another, so that what one does is not what another one sees. Gives all that they found. */
export async function lookAt(checks: readonly Check[], report: (finding: Finding) => void): Promise<Finding[]> {
  const all: Finding[] = [];
  for (const { name, look, first } of checks) {
    const found = await look().catch((error: unknown) =>
      failed(name, error instanceof Error ? error.message : String(error), "The check itself did not get through: look at what the others say first."),
    );
    for (const finding of [found].flat()) {
      all.push(finding);
      report(finding);
    }
    if (first && all.at(-1)?.level === "failed") break;
  }
  return all;
}
