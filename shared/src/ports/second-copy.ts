import type { Query } from "./database.ts";

/** The schema in which a service's read models are built a second time: what runs with its search path works on the copy. */
export const copySchema = "rebuild";

/** A table that is made of events and of other services' pages, so that it can be built anew. */
export interface ReadModel {
  table: string;
  /** Which of its rows no page has, as a condition in SQL: tombstones. They are taken over. */
  kept?: string;
}

/** A second copy of a service's read models, beside the live ones. */
export interface SecondCopy {
  /** Makes it, empty but for what is taken over, in the place of one that was given up. From then on the table `rebuild` says that it is there. */
  create(): Promise<void>;
  /** Gives it the tables of this version, if it is there. */
  migrate(): Promise<void>;
  /** Has the planner know it. */
  analyse(): Promise<void>;
  /**
   * Puts it in the place of the live one, whose tables are dropped, in one transaction: a query sees one or the other. Nothing
   * when there is none. `before` runs in that transaction, when nothing changes any more. Fails with a lock timeout rather than
   * have readers wait for another's long query.
   */
  goLive(before?: (query: Query) => Promise<void>): Promise<void>;
  drop(): Promise<void>;
}
