import { arch, cpus, platform, release, totalmem } from "node:os";

/** The machine that the figures come from. */
export function describeMachine() {
  const processors = cpus();
  return {
    processors: `${processors.length} × ${processors[0]?.model.trim() ?? "unknown"}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()} ${release()}`,
    node: process.version,
  };
}

/** Seconds that all processors together have worked since the machine's start, for whatever process. */
export const workedSeconds = (): number => cpus().reduce((sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) / 1_000, 0);
