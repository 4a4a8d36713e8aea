import { createLanes } from "@newfeed/shared/runtime/due-work.ts";
import type { PageSummary } from "./page.ts";
import type { CardStore } from "./store.ts";

/** Of one instance: a slow site holds up none of the others. */
const atOnce = 4;
/** Of one site. */
const atOnceOfHost = 2;
/** What another instance has left, and what a wake has missed. */
const pollMs = 5_000;

export interface CardFetcherOptions {
  store: Pick<CardStore, "take" | "defer" | "save">;
  /** Null where there is nothing to show, or when it is aborted. It does not reject. */
  read: (url: string, signal: AbortSignal) => Promise<PageSummary | null>;
  /** Of the database, mostly. What is left is taken again a minute later. */
  failed: (error: unknown) => void;
}

/** Fetches the cards that are due, several at once, apart from all other work. */
export function startCardFetcher({ store, read, failed }: CardFetcherOptions) {
  const closing = new AbortController();
  /** How many pages of each host are being read. */
  const hosts = new Map<string, number>();
  function leave(host: string): void {
    const left = (hosts.get(host) ?? 1) - 1;
    if (left > 0) hosts.set(host, left);
    else hosts.delete(host);
  }
  const lanes = createLanes("link-cards", {
    atOnce,
    pollMs,
    async doOne() {
      const url = await store.take();
      if (url === undefined) return false;
      const { host } = new URL(url);
      const reading = hosts.get(host) ?? 0;
      if (reading >= atOnceOfHost) {
        await store.defer(url);
        return true;
      }
      hosts.set(host, reading + 1);
      const page = await read(url, closing.signal).finally(() => leave(host));
      // It is nobody's failure: another one takes it.
      if (closing.signal.aborted) return false;
      await store.save(url, page);
      return true;
    },
    failed,
  });
  return {
    wake: lanes.wake,
    async close(): Promise<void> {
      closing.abort();
      await lanes.close();
    },
  };
}
