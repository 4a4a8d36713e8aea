export function median(samples: readonly number[]): number {
  return percentile(samples, 50);
}

/** Nearest rank; linear between the two middle ones for the median of an even count. */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  if (percent === 50 && sorted.length % 2 === 0) return ((sorted[sorted.length / 2 - 1] as number) + (sorted[sorted.length / 2] as number)) / 2;
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] as number;
}

/** Every program in each round, in reverse order in every second one (ABBA), so that drift over time affects all alike. */
export function alternating<T>(programs: readonly T[], rounds: number): T[] {
  return Array.from({ length: rounds }, (_, round) => (round % 2 === 0 ? [...programs] : [...programs].reverse())).flat();
}
