/** One chart: what each program achieved, round by round. */
export interface Series {
  title: string;
  unit: string;
  better: "higher" | "lower";
  bars: { name: string; samples: number[] }[];
}

/** A target for NewFeed: a ratio, or an absolute figure, measured in the same run. */
export interface Floor {
  what: string;
  value: number;
  /** `atLeast: 1.15` or `atMost: 3`. */
  bound: { atLeast: number } | { atMost: number };
  /** Printed after the value unless it is a ratio: `s`, `MB`. */
  unit?: string;
}

export interface Measured {
  series: Series[];
  floors: Floor[];
  /** The conditions a reader needs to judge the figures. */
  notes?: string[];
}

export interface Bench {
  /** How often each program is measured; every second round reverses their order. */
  rounds: number;
  /** Duration of one measurement. */
  seconds: number;
  /** The factors of the row growth, with commas between them. */
  sizes?: string | undefined;
  /** Parts of the names of its lines, with commas between them; left out, all lines. */
  lines?: string | undefined;
  /** A directory that is removed afterwards. */
  directory: string;
  progress(line: string): void;
}

/** One benchmark. */
export interface Row {
  name: string;
  what: string;
  measure(bench: Bench): Promise<Measured>;
}

export function meets({ value, bound }: Floor): boolean {
  return "atLeast" in bound ? value >= bound.atLeast : value <= bound.atMost;
}
