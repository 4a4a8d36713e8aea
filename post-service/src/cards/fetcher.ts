import { createDueWork } from "@newfeed/shared/runtime/due-work.ts";
import type { PageSummary } from "./page.ts";
import type { CardStore } from "./store.ts";

/** Of one instance: a slow site holds up none of the others. */
const atOnce = 4;
/** What another instance has left, and what a wake has missed. */
const pollMs = 5_000;

export interface CardFetcherOptions {
  store: Pick<CardStore, "take" | "save">;
  /** Null where there is nothing to show, or when it is aborted. It does not reject. */
  read: (url: string, signal: AbortSignal) => Promise<PageSummary | null>;
  /** Of the database, mostly. What is left is taken again a minute later. */
  failed: (error: unknown) => void;
}

/** Fetches the cards that are due, several at once, apart from all other work. */
export function startCardFetcher({ store, read, failed }: CardFetcherOptions) {
  const closing = new AbortController();
  const lanes = Array.from({ length: atOnce }, () =>
    createDueWork(
      "link-cards",
      async () => {
        const url = await store.take();
        if (url === undefined) return false;
        const page = await read(url, closing.signal);
        // It is nobody's failure: another one takes it.
        if (closing.signal.aborted) return false;
        await store.save(url, page);
        return true;
      },
      failed,
    ),
  );
  const wake = () => {
    for (const lane of lanes) lane.wake();
  };
  const timer = setInterval(wake, pollMs);
  return {
    wake,
    async close(): Promise<void> {
      clearInterval(timer);
      closing.abort();
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}
