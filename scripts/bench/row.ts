/** Values that are worth comparing: what each contestant achieved, round by round. One chart each. */
export interface Series {
  title: string;
  unit: string;
  better: "higher" | "lower";
  bars: { name: string; samples: number[] }[];
}

/** What NewFeed must reach, as a ratio or a bare figure that was measured in the same run. */
export interface Floor {
  what: string;
  value: number;
  /** `atLeast: 1.15` or `atMost: 3`. */
  bound: { atLeast: number } | { atMost: number };
  /** Appended to the value where it is no ratio: `s`, `MB`. */
  unit?: string;
}

export interface Measured {
  series: Series[];
  floors: Floor[];
  /** What a reader must know to judge the figures. */
  notes?: string[];
}

export interface Bench {
  /** How often each contestant is measured; their order is reversed in every second round. */
  rounds: number;
  /** How long one measurement takes. */
  seconds: number;
  /** A folder that is removed afterwards. */
  directory: string;
  progress(line: string): void;
}

/** One line of the table of what is measured. */
export interface Row {
  name: string;
  what: string;
  measure(bench: Bench): Promise<Measured>;
}

export function meets({ value, bound }: Floor): boolean {
  return "atLeast" in bound ? value >= bound.atLeast : value <= bound.atMost;
}
