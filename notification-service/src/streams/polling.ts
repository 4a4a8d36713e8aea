import { type Reset, refetchUrls } from "@newfeed/shared/contracts/sockets.ts";
import { isFor, type Reader } from "./audience.ts";
import type { LogPage } from "./log.ts";
import { cursorAt, parseCursor, refusal } from "./position.ts";
import { isShown, type ShownEntry } from "./rendering.ts";

export interface Polled {
  entries: ShownEntry[];
  cursor: string;
  hasMore: boolean;
  reset?: Pick<Reset, "reason" | "refetch">;
}

/**
 * A stream's log after a position, for clients that poll; without a position, only where it ends. `admit` throws for who may not
 * read it. It is called once the page is read: what is written in between may be for fewer eyes.
 */
export async function poll(
  readPage: (stream: string, after: number, limit: number) => Promise<LogPage>,
  epoch: string,
  stream: string,
  after: string | undefined,
  limit: number,
  admit: () => Promise<Reader>,
): Promise<Polled> {
  const position = after === undefined ? undefined : (parseCursor(after) ?? { epoch: "", offset: 0 });
  const page = await readPage(stream, position?.epoch === epoch ? position.offset : Number.MAX_SAFE_INTEGER, limit);
  const reader = await admit();
  const reason = position && refusal(position, epoch, page);
  if (!position || reason)
    return { entries: [], cursor: cursorAt(epoch, page.top), hasMore: false, ...(reason && { reset: { reason, refetch: refetchUrls(stream) } }) };
  const end = page.entries.at(-1)?.offset ?? position.offset;
  return {
    entries: page.entries.filter(isShown).filter((entry) => isFor(entry, reader)),
    cursor: cursorAt(epoch, end),
    hasMore: end < page.top,
  };
}
