import { type PageSummary, summaryOf } from "./page.ts";

/** Reads what stands at a stranger's URL, by the one guard. Rejects when there is nothing that may be used. */
export type ReadOutside = (
  url: string,
  bounds: { types: readonly string[]; longestBytes: number; cut: boolean; longestMs: number; signal: AbortSignal },
) => Promise<{ url: URL; contentType: string; body: Buffer }>;

/** What is needed stands at a page's beginning. */
const bounds = { types: ["text/html", "application/xhtml+xml"], longestBytes: 512 * 1024, cut: true, longestMs: 5_000 };

/**
 * What the page at a URL says of itself; null where that cannot be read, whatever the reason, and where it is a page of
 * ours, which shows no two readers the same. Takes five seconds at most, or until it is aborted.
 */
export async function readCard(readOutside: ReadOutside, ownOrigins: readonly string[], url: string, signal: AbortSignal): Promise<PageSummary | null> {
  if (ownOrigins.includes(new URL(url).origin)) return null;
  const page = await readOutside(url, { ...bounds, signal }).catch(() => null);
  return page && !ownOrigins.includes(page.url.origin) ? await summaryOf(page.body, page.contentType) : null;
}
