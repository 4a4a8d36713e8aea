import type { Admission } from "../connections/admission.ts";
import type { LogPage } from "./log.ts";
import { createPageSizes } from "./page-sizes.ts";

export type ReadPage = (stream: string, after: number, limit: number) => Promise<LogPage>;

/** Reads pages of logs. Access changes that were committed before the entries are applied when a page resolves. */
export interface PageReader {
  /** For a stream that has followers. */
  read(stream: string, after: number): Promise<LogPage>;
  /** For a client that joins: it waits in the admission queue, and clients at the same position share one read, in the turn of whichever network comes first. */
  readForJoin(stream: string, after: number, network: string): Promise<LogPage>;
}

export interface PageReaderOptions {
  readPage: ReadPage;
  applyAccessChanges: () => Promise<void>;
  admission: Pick<Admission, "step">;
}

/** A page that clients of some networks wait for. */
interface SharedRead {
  page: PromiseWithResolvers<LogPage>;
  turns: Map<string, Promise<void>>;
}

export function createPageReader({ readPage, applyAccessChanges, admission }: PageReaderOptions): PageReader {
  const sizes = createPageSizes();
  /** Reads that have not begun. */
  const waiting = new Map<string, SharedRead>();

  async function read(stream: string, after: number): Promise<LogPage> {
    const page = await readPage(stream, after, sizes.of(stream));
    sizes.learn(stream, page);
    await applyAccessChanges();
    return page;
  }

  return {
    read,
    readForJoin(stream, after, network) {
      const key = `${stream} ${after}`;
      const shared = waiting.get(key) ?? { page: Promise.withResolvers<LogPage>(), turns: new Map() };
      waiting.set(key, shared);
      const { page, turns } = shared;
      let turn = turns.get(network);
      if (!turn) {
        turn = admission
          .step(network, async () => {
            if (waiting.get(key) === shared) {
              waiting.delete(key);
              page.resolve(read(stream, after));
            }
            await page.promise;
          })
          .catch((error: unknown) => {
            // The queue is full for this network; others may still have their turn.
            turns.delete(network);
            if (turns.size === 0 && waiting.get(key) === shared) waiting.delete(key);
            throw error;
          });
        turns.set(network, turn);
      }
      return Promise.race([page.promise, turn.then(() => page.promise)]);
    },
  };
}
