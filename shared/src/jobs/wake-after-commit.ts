import type { RawDatabase, RawQuery } from "../ports/database.ts";
import type { AnyStatement } from "../ports/statement.ts";

const scheduling = new WeakSet<AnyStatement>();

/** Says of a statement that it writes jobs, which are due once it is committed. */
export function schedulesJobs<S extends AnyStatement>(statement: S): S {
  scheduling.add(statement);
  return statement;
}

/** Any query, whatever its statement gives. */
type Ask = (what: AnyStatement | string, values?: object) => Promise<unknown[]>;

const writesJobs = (what: AnyStatement | string) => typeof what !== "string" && scheduling.has(what);

/**
 * The same database, which calls `wake` after each commit of a statement that writes jobs: never before it, and not when it
 * rolls back. It does not look at plain text, nor at what the ORM generates.
 */
export function wakeAfterCommit(database: RawDatabase, wake: () => void): RawDatabase {
  const ask = database.query as Ask;
  const askAndWake: Ask = async (what, values) => {
    const rows = await ask(what, values);
    wake();
    return rows;
  };
  return {
    ...database,
    query: ((what, values) => (writesJobs(what) ? askAndWake : ask)(what, values)) as Ask as RawQuery,
    async transaction(work) {
      let scheduled = false;
      const noticing =
        (query: Ask): Ask =>
        (what, values) => {
          scheduled ||= writesJobs(what);
          return query(what, values);
        };
      const result = await database.transaction((query, join) => work(noticing(query as Ask) as RawQuery, join));
      if (scheduled) wake();
      return result;
    },
  };
}
