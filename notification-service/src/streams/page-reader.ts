import type { Admission } from "../connections/admission.ts";
import type { LogPage } from "./log.ts";
import { createPageSizes } from "./page-sizes.ts";

export type ReadPage = (stream: string, after: number, limit: number) => Promise<LogPage>;

/** Reads pages of logs. Access changes that were committed before the entries are applied when a page resolves. */
export interface PageReader {
  /** For a stream that has followers. */
  read(stream: string, after: number): Promise<LogPage>;
  /** For a client that joins: it waits in the admission queue, and clients at the same position share one read. */
  readForJoin(stream: string, after: number): Promise<LogPage>;
}

export interface PageReaderOptions {
  readPage: ReadPage;
  applyAccessChanges: () => Promise<void>;
  admission: Pick<Admission, "step">;
}

export function createPageReader({ readPage, applyAccessChanges, admission }: PageReaderOptions): PageReader {
  const sizes = createPageSizes();
  const shared = new Map<string, Promise<LogPage>>();

  async function read(stream: string, after: number): Promise<LogPage> {
    const page = await readPage(stream, after, sizes.of(stream));
    sizes.learn(stream, page);
    await applyAccessChanges();
    return page;
  }

  return {
    read,
    readForJoin(stream, after) {
      const key = `${stream} ${after}`;
      let page = shared.get(key);
      if (!page) {
        page = admission.step(() => read(stream, after)).finally(() => shared.delete(key));
        shared.set(key, page);
      }
      return page;
    },
  };
}
