import { AsyncLocalStorage } from "node:async_hooks";
import type { Join } from "../ports/database.ts";
import type { Answer, RowReader } from "./batch.ts";
import type { Question, Wire } from "./requests.ts";

/** A query of the adapter's: rows are arrays, and it reads some types in its own way. */
interface AdapterQuery {
  text: string;
  values?: readonly unknown[];
  types?: { getTypeParser(type: number, format: "text"): (text: string) => unknown };
}

/** What the adapter uses of a connection that it took from the pool. */
interface AdapterConnection {
  query(query: string | AdapterQuery): Promise<{ rows: unknown[]; fields: Answer["fields"]; rowCount: number | null }>;
  release(): void;
  on(): void;
  removeListener(): void;
}

/** A transaction that has begun. */
export interface Begun {
  ask(question: Question): Promise<Answer>;
  /** Has the commit fail. */
  doom(reason: Error): void;
}

const arrays =
  (wire: Wire, types: AdapterQuery["types"]): RowReader =>
  (fields) => {
    const parsers = fields.map(({ dataTypeID }) => types?.getTypeParser(dataTypeID, "text") ?? wire.parserOf(dataTypeID));
    return (texts) => texts.map((text, index) => (text === null ? null : parsers[index]?.(text)));
  };

const nothing = { rows: [], fields: [], rowCount: 0 };

/** A connection whose statements are a part of a transaction of ours, which alone begins and ends it. */
function connectionIn({ ask, doom }: Begun, wire: Wire): AdapterConnection {
  return {
    async query(query) {
      const { text, values = [], types } = typeof query === "string" ? { text: query } : query;
      if (text === "ROLLBACK") doom(new Error("a part of the transaction was rolled back"));
      if (text === "BEGIN" || text === "COMMIT" || text === "ROLLBACK") return nothing;
      // Not kept: of generated texts there may be many, as many as lists have lengths.
      const { rows, fields, command } = await ask({ name: "", text, values: values.map(wire.toText), readerFor: arrays(wire, types) });
      return { rows, fields, rowCount: Number(command.split(" ").at(-1)) || 0 };
    },
    release() {},
    on() {},
    removeListener() {},
  };
}

/**
 * The pool as the ORM's adapter gets it: what it asks outside of transactions runs there, and a transaction that it begins
 * within `joinTo` is a part of the given one. It cannot begin one of its own.
 */
export function createPrismaPool<Pool extends { query: unknown; on: unknown; removeListener: unknown }>(pool: Pool, wire: Wire) {
  const joined = new AsyncLocalStorage<Begun>();
  const methods = {
    async connect(): Promise<AdapterConnection> {
      const begun = joined.getStore();
      if (!begun) throw new Error("the ORM needs a transaction for this: run it within one of the database's");
      return connectionIn(begun, wire);
    },
  };
  const ofPool = (name: "query" | "on" | "removeListener") => ({ [name]: (pool[name] as (...args: unknown[]) => unknown).bind(pool) });
  return {
    // The adapter takes none but an instance of the pool's class.
    pool: Object.assign(Object.create(pool) as Pool, ofPool("query"), ofPool("on"), ofPool("removeListener"), methods),
    joinTo:
      (begun: Begun): Join =>
      (work) =>
        joined.run(begun, work),
  };
}
