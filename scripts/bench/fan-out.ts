/** `steady` is 20 events a second, `burst` 16 back to back every 200 ms. */
export type Pattern = "steady" | "burst";
export const patterns: readonly Pattern[] = ["steady", "burst"];

/** Where and how subscribers connect to a program under test. */
export interface Ready {
  type: "ready";
  urls: string[];
  socketio: boolean;
  headers: string[];
  send: string[];
}

export type Reply =
  | Ready
  | { type: "started" }
  /** How many events were published since the start. */
  | { type: "stopped"; events: number }
  /** User and system time since the start, of all threads (getrusage). */
  | { type: "accounted"; cpuSeconds: number }
  | { type: "collected" };
