import type { Replay } from "@newfeed/shared/contracts/routes/replays.ts";
import type { Database } from "@newfeed/shared/ports/database.ts";
import type { HousekeepingJob } from "@newfeed/shared/ports/housekeeping.ts";
import type { Window } from "@newfeed/shared/store/cursors.ts";
import * as sql from "./statements.ts";

export type { ReplayRow } from "./statements.ts";

/** Longer than one step of a replay takes. */
const takenSeconds = 30;

/** What a step has done. */
export interface Advance {
  position: string;
  handled: number;
  empty: number;
  failed: number;
  lastFailure: string | null;
  done: boolean;
}

/** Replays in event-service's database. */
export const createReplayStore = (database: Pick<Database, "query" | "transaction">) => {
  const { query } = database;
  return {
    async create(asked: sql.AskedReplay): Promise<sql.ReplayRow> {
      const [made] = await query(sql.insertReplay, asked);
      if (!made) throw new Error("a replay was not inserted");
      return made;
    },
    async find(id: string): Promise<sql.ReplayRow | undefined> {
      const [found] = await query(sql.findReplay, { id });
      return found;
    },
    list: (window: Window): Promise<sql.ReplayRow[]> => sql.listReplays(query, window, {}),
    /** Undefined when it is in none of the states that it may come from. */
    async change(id: string, from: readonly Replay["state"][], to: Replay["state"]): Promise<sql.ReplayRow | undefined> {
      const [changed] = await query(sql.changeState, { id, from, to });
      return changed;
    },
    /** One that runs and that nobody works on; it is the holder's for half a minute after each step. */
    async take(holder: string): Promise<sql.ReplayRow | undefined> {
      const [taken] = await query(sql.take, { holder, seconds: takenSeconds });
      return taken;
    },
    /** False when it was paused, cancelled or taken by another meanwhile. */
    async advance(id: string, holder: string, step: Advance): Promise<boolean> {
      return (await query(sql.advance, { id, holder, seconds: takenSeconds, ...step })).length > 0;
    },
    retention: (): HousekeepingJob[] => [sql.ended("ended_replays", database)],
  };
};
export type ReplayStore = ReturnType<typeof createReplayStore>;
