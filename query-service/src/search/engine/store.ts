import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { inCopy, nameOfCopy } from "../../rebuild/store.ts";
import type { Change } from "../search-index.ts";
import * as sql from "../statements.ts";

/** Changes that the engine takes at once. */
const atOnce = 200;

type Write = (changes: readonly Change[], copy: string | undefined) => Promise<void>;

/** Hands the first changes to `write`, and forgets them once it resolves. Gives how many. */
async function handSome(query: Query, write: Write, copy?: string): Promise<number> {
  const changes = await query(sql.findChanges, { limit: atOnce });
  if (changes.length === 0) return 0;
  await write(changes, copy);
  await query(sql.removeChanges, { positions: changes.map(({ position }) => position) });
  return changes.length;
}

/** What changed and the engine does not have yet, for the live copy of the index and for one that is being built. */
export const createEngineQueue = (database: Pick<Database, "query" | "transaction">) => {
  /** Hands some on. Gives how many; undefined where there is no such copy. */
  const handOver = (which: "live" | "copy", write: Write): Promise<number | undefined> =>
    // While it lasts, no copy is begun or switched to: what is forgotten is what was read.
    database.transaction(async (query) => {
      const copy = await nameOfCopy(query);
      if (which === "live") return handSome(query, write);
      return copy ? inCopy(query, () => handSome(query, write, copy)) : undefined;
    });
  return {
    handOver,
    /** How many wait for the live copy, counted to 100,000. */
    async waiting(): Promise<number> {
      const [row] = await database.query(sql.countChanges, { most: 100_000 });
      return row?.count ?? 0;
    },
    /** How many wait for the copy that is being built, counted to 200; 0 where there is none. */
    waitingForCopy: (): Promise<number> =>
      database.transaction(async (query) => {
        if (!(await nameOfCopy(query))) return 0;
        const [row] = await inCopy(query, () => query(sql.countChanges, { most: atOnce }));
        return row?.count ?? 0;
      }),
    /** Hands on all that waits for the copy, in the caller's transaction. Gives its name. */
    async handRest(query: Query, write: Write): Promise<string | undefined> {
      const copy = await nameOfCopy(query);
      if (copy)
        await inCopy(query, async () => {
          while ((await handSome(query, write, copy)) > 0);
        });
      return copy;
    },
  };
};
export type EngineQueue = ReturnType<typeof createEngineQueue>;
