import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import type { HousekeepingJob } from "@newfeed/shared/ports/housekeeping.ts";

/*
 * Scores of things that people do something with. A score is a sum over the hours of a window: how many did so in that hour,
 * halved with each quarter of the window that has passed since. It is kept as its logarithm at a fixed moment ("forward
 * decay", Cormode et al., ICDE 2009): all scores fade alike, so that their order stays until somebody does something, or an
 * hour leaves the window. A row of hours (`h`) has an `hour`.
 */

export const hourMs = 60 * 60 * 1_000;
/** The beginning of the hour. */
export const hourOf = (milliseconds: number): Date => new Date(Math.floor(milliseconds / hourMs) * hourMs);

/** SQL: is the hour within a window of so many hours that ends at a moment? */
export const isWithin = (hours: number, now: string): string => `h.hour > date_bin('1 hour', ${now}, 'epoch') - interval '${hours} hours'`;

/**
 * SQL: the logarithm, to the base 2, of the score at the epoch of grouped hours with these counts; null without any. `newest` is
 * the newest of the hours: factored out, it keeps the powers in range.
 */
export function scoreOf(hours: number, { count, newest, now }: { count: string; newest: string; now: string }): string {
  const halfLife = (hours * 3_600) / 4;
  const faded = `${count} * power(2::float8, (extract(epoch FROM h.hour - ${newest}) / ${halfLife})::float8)`;
  return `max(extract(epoch FROM ${newest})::float8) / ${halfLife} + ln(sum(${faded}) FILTER (WHERE ${isWithin(hours, now)})) / ln(2::float8)`;
}

/** SQL: when the first of the grouped hours leaves the window. */
export const endOf = (hours: number, now: string): string => `min(h.hour) FILTER (WHERE ${isWithin(hours, now)}) + interval '${hours} hours'`;

interface Counts {
  /** A table that has a row for each hour of a thing. */
  table: string;
  /** Its columns: of the thing, and of how many did something with it. */
  of: string;
  count: string;
}

/** SQL, the end of a statement: counts what the rows of `moved` say to have moved from one hour to another, by so much. An hour of null is none. */
export const countMoved = ({ table, of, count }: Counts): string =>
  `change AS (
     SELECT ${of}, hour, sum(by)::int AS by FROM (
       SELECT ${of}, hour_before AS hour, -by AS by FROM moved UNION ALL SELECT ${of}, hour_after, by FROM moved
     ) each WHERE hour IS NOT NULL GROUP BY ${of}, hour HAVING sum(by) <> 0
   )
   INSERT INTO ${table} AS h (${of}, hour, ${count}) SELECT ${of}, hour, by FROM change ORDER BY ${of}, hour
   ON CONFLICT (${of}, hour) DO UPDATE SET ${count} = h.${count} + excluded.${count}`;

type Due<T> = { lockDue(query: Query, now: Date): Promise<T[]>; score(query: Query, due: T[], now: Date): Promise<unknown> };

/** Takes hours that left a window out of the scores of some things, by locking those that are due and scoring them anew; and a job that does so before it removes what is `quiet`. */
export function createFading<T>({ transaction }: Pick<Database, "transaction">, quiet: HousekeepingJob, { lockDue, score }: Due<T>) {
  /** Gives of how many. */
  const fade = (now: Date): Promise<number> =>
    transaction(async (query) => {
      const due = await lockDue(query, now);
      if (due.length > 0) await score(query, due, now);
      return due.length;
    });
  const job: HousekeepingJob = { name: quiet.name, runSome: async () => (await fade(new Date())) || quiet.runSome() };
  return { fade, job };
}
