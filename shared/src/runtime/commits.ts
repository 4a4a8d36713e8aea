import type { RawDatabase, RawQuery } from "../ports/database.ts";
import type { AnyStatement } from "../ports/statement.ts";

/** Any query, whatever its statement gives. */
type Ask = (what: AnyStatement | string, values?: object) => Promise<unknown[]>;

/** Whether a statement may change something. */
export const mayWrite = (what: AnyStatement | string): boolean =>
  /\b(insert|update|delete|merge|truncate)\b/i.test(typeof what === "string" ? what : what.text);

/** The same database, which calls `noticed` behind each commit that may have changed something, before anybody hears of it. */
export function noticingCommits(database: RawDatabase, noticed: () => void): RawDatabase {
  const writing = new WeakMap<AnyStatement, boolean>();
  const writes = (what: AnyStatement | string): boolean => {
    if (typeof what === "string") return mayWrite(what);
    const known = writing.get(what) ?? mayWrite(what);
    writing.set(what, known);
    return known;
  };
  const ask = database.query as Ask;
  const askAndNotice: Ask = async (what, values) => {
    const rows = await ask(what, values);
    noticed();
    return rows;
  };
  return {
    ...database,
    query: ((what, values) => (writes(what) ? askAndNotice : ask)(what, values)) as Ask as RawQuery,
    async transaction(work) {
      const result = await database.transaction(work);
      noticed();
      return result;
    },
  };
}
