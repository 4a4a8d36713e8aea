import type { NewEvent } from "../contracts/events.ts";
import type { Statement } from "./statement.ts";

/** Runs one statement and gives its rows, under the names that their columns have in TypeScript. */
export type Query = <Values extends object, Row>(statement: Statement<Values, Row>, ...values: keyof Values extends never ? [] : [Values]) => Promise<Row[]>;

/** Runs raw SQL as well, unchecked, with `$1` …; columns keep their names. For migrations, health checks and tests. */
export interface RawQuery extends Query {
  <Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Has what the ORM begins within `work` become a part of the transaction: see `generatedIn`. */
export type Join = <T>(work: () => Promise<T>) => Promise<T>;

/** One transaction of a service, as its store's operations use it. */
export interface Transaction {
  query: Query;
  join: Join;
  /** Writes events to the outbox: they are published if, and only if, the transaction commits. */
  enqueue(...events: NewEvent[]): Promise<void>;
  /** Says that a statement wrote events by itself. */
  enqueued(): void;
}

/** One service's own database. */
export interface Database {
  /** Rejects with the reason of the context's signal, if that is aborted, and ends the statement in the database. */
  query: Query;
  /**
   * Runs `work` in one transaction (read committed); commits when it resolves, rolls back when it throws. What is asked at
   * once goes to the server in one piece; a statement that the work does not wait for goes there with the commit, which
   * fails if it does.
   */
  transaction<T>(work: (query: Query, join: Join) => Promise<T>): Promise<T>;
  /** The same connections, as the ORM takes them. It begins no transactions but within `Join`. */
  readonly prismaAdapter: unknown;
  close(): Promise<void>;
}

/** The same database for what runs raw SQL. */
export interface RawDatabase extends Database {
  query: RawQuery;
  transaction<T>(work: (query: RawQuery, join: Join) => Promise<T>): Promise<T>;
}
