import type { LiveInstance } from "@newfeed/shared/contracts/routes/live-instances.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./instance-statements.ts";

/** How many clients, and how many people. */
export type Counts = Pick<LiveInstance, "sockets" | "eventStreams" | "users">;

export const noteInstance = async (query: Query, name: string, startedAt: Date, counts: Counts): Promise<void> => {
  await query(sql.noteInstance, { name, startedAt, ...counts });
};
export const removeInstance = async (query: Query, name: string, startedAt: Date): Promise<void> => {
  await query(sql.removeInstance, { name, startedAt });
};
/** Those that have said something within a minute. */
export const readInstances = (query: Query) => query(sql.listInstances);

export const instanceRetention = (database: Pick<Database, "transaction">) => sql.oldInstances("live_instances", database);
