/** Runs one SQL statement with `$1…` parameters and gives its rows; int8 arrives as a number, timestamps as `Date`. */
export type Query = <Row = Record<string, unknown>>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** One service's own database. */
export interface Database {
  query: Query;
  /**
   * The same for hot statements: each is parsed and planned once per connection, then only run. PostgreSQL may choose one
   * plan for all values, so it must be written such that there is only one good plan; and its texts must be few.
   */
  prepared: Query;
  /**
   * Runs `work` in one transaction (read committed); commits when it resolves, rolls back when it throws. Its statements
   * with parameters are prepared. What is asked at once goes to the server in one piece; a statement that the work does
   * not wait for goes there with the commit, which fails if it does.
   */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /** The same connections, as the ORM takes them. */
  readonly prismaAdapter: unknown;
  close(): Promise<void>;
}

/**
 * SQL for a parameter whose value the planner does not look at. A plan for one short array looks cheaper to it than the
 * kept one for any, so that a prepared statement is planned anew each time (PostgreSQL's `choose_custom_plan`), which may
 * take longer than running it.
 */
export const opaque = (parameter: string, type: string): string =>
  // Without the outer cast, ANY would take it for a list of rows.
  `(SELECT ${parameter}::${type})::${type}`;
