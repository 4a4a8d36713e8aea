import { createLanes } from "@newfeed/shared/runtime/due-work.ts";
import type { Requested, SummaryStore } from "./store.ts";

/** In characters: a shorter text needs no summary. */
const fewest = 600;
export const isLong = (content: string): boolean => content.length >= fewest;

/** Of one instance: one that takes its time holds up none of the others. */
const atOnce = 2;
/** What another instance has left, what was put off, and what a wake has missed. */
const pollMs = 5_000;
/** Before each further try of the provider; after the last one, sentences of the text are chosen. */
const pauseSeconds = [60, 5 * 60, 30 * 60];
/** Then a text has no summary until it changes. */
const mostTries = pauseSeconds.length + 3;

export interface SummariesOptions {
  store: Pick<SummaryStore, "take" | "save" | "postpone">;
  /** A summary of the text; null where it has too few sentences. `outside`: the text may be sent to a provider. */
  write: (text: { content: string; outside: boolean }, signal: AbortSignal) => Promise<string | null>;
  /** Of the database. What is left is taken again. */
  failed: (error: unknown) => void;
}

/** Has summaries written, apart from all other work. */
export interface Summaries {
  wake(): void;
  close(): Promise<void>;
}

/** Where none are written. */
export const noSummaries: Summaries = { wake() {}, close: async () => {} };

/** A summary that is hardly shorter than its text is no help. */
const ifShort = (summary: string | null, content: string) => (summary !== null && summary.length <= content.length / 2 ? summary : null);

export function startSummaries({ store, write, failed }: SummariesOptions): Summaries {
  async function writeOne(requested: Requested, closing: AbortSignal): Promise<void> {
    const { tries, content, isPublic } = requested;
    if (!isLong(content) || tries > mostTries) return store.save(requested, null);
    try {
      const outside = isPublic && tries <= pauseSeconds.length;
      await store.save(requested, ifShort(await write({ content, outside }, closing), content));
    } catch {
      // ai-service has logged why, and a failure of the database shows with the next statement.
      if (!closing.aborted) await store.postpone(requested, pauseSeconds[tries - 1] ?? 60);
    }
  }

  return createLanes("summaries", {
    atOnce,
    pollMs,
    async doOne(closing) {
      const requested = await store.take();
      if (requested) await writeOne(requested, closing);
      return requested !== undefined;
    },
    failed,
  });
}
