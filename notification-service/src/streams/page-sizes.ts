import type { LogPage } from "./log.ts";

const most = 200;
const least = 4;
const pageBytes = 256 * 1024;
const remembered = 10_000;

/** Roughly the characters of its JSON, which is what reading and encoding cost. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 4;
  let size = 0;
  for (const item of Object.values(value)) size += 8 + sizeOf(item);
  return size;
}

/**
 * How many entries of a stream make a page of a quarter of a megabyte, by the entries read last: larger pages block the
 * event loop (docs/decisions/0029-connection-admission.md).
 */
export interface PageSizes {
  of(stream: string): number;
  learn(stream: string, page: Pick<LogPage, "entries">): void;
}

export function createPageSizes(): PageSizes {
  const sizes = new Map<string, number>();
  return {
    of: (stream) => sizes.get(stream) ?? most,
    learn(stream, { entries }) {
      if (entries.length === 0) return;
      const average = entries.reduce((sum, { data }) => sum + sizeOf(data), 0) / entries.length;
      // Moves to the end: the first key of a Map is the oldest.
      sizes.delete(stream);
      if (sizes.size >= remembered) sizes.delete(sizes.keys().next().value as string);
      sizes.set(stream, Math.min(most, Math.max(least, Math.floor(pageBytes / average))));
    },
  };
}
