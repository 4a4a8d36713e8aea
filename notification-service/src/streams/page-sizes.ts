import type { LogPage } from "./log.ts";

const most = 200;
const least = 4;
const pageBytes = 256 * 1024;
const remembered = 10_000;

/** Characters of everything that is text: near enough to what reading and encoding it costs. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 4;
  let size = 0;
  for (const item of Object.values(value)) size += 8 + sizeOf(item);
  return size;
}

/**
 * How many entries of a stream make a page: as many as come to a quarter of a megabyte, by those that were read last.
 * Two hundred entries of 30 KB each were tried: every page held up the event loop for a tenth of a second.
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
      // What was learned last goes last: a Map keeps its keys in order of insertion.
      sizes.delete(stream);
      if (sizes.size >= remembered) sizes.delete(sizes.keys().next().value as string);
      sizes.set(stream, Math.min(most, Math.max(least, Math.floor(pageBytes / average))));
    },
  };
}
