import type { Trend } from "@newfeed/shared/contracts/dto.ts";
import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import type { Database, Transaction } from "@newfeed/shared/ports/database.ts";
import { createFading } from "../decay.ts";
import * as sql from "./statements.ts";
import type { TaggedPost } from "./uses.ts";

/** All trends are one aggregate. */
const trendsId = "01a21aa1-0000-7000-8000-000000000001";
/** Trends that clients are told of. */
const shown = 10;

/** What is done with pages and events within one transaction. */
export const usesIn = ({ query }: Pick<Transaction, "query">) => ({
  /** Takes in the tags of posts, one entry of each post, whatever the order in which they come. Gives whether any tag was concerned. */
  async saveUses(posts: readonly TaggedPost[], now: Date): Promise<boolean> {
    if (posts.length === 0) return false;
    const saved = await query(sql.savePosts, {
      ids: posts.map(({ id }) => id),
      revisions: posts.map(({ revision }) => revision),
      hours: posts.map(({ hour }) => hour),
    });
    const ids = saved.map(({ id }) => id);
    const newer = posts.filter(({ id }) => ids.includes(id));
    const before = ids.length > 0 ? await query(sql.findTags, { ids }) : [];
    const uses = newer.flatMap(({ tags, ...post }) => tags.map((tag) => ({ ...post, tag })));
    const tags = [...new Set([...before, ...uses].map(({ tag }) => tag))];
    if (tags.length === 0) return false;
    await query(sql.lockTags, { tags });
    await query(sql.saveUses, {
      ids,
      postIds: uses.map(({ id }) => id),
      tags: uses.map(({ tag }) => tag),
      authorIds: uses.map(({ authorId }) => authorId),
      hours: uses.map(({ hour }) => hour),
    });
    await query(sql.score, { tags, now });
    return true;
  },
});

/** What event handlers may do within one transaction. */
export const trendOperationsOn = ({ query, enqueue }: Pick<Transaction, "query" | "enqueue">) => ({
  ...usesIn({ query }),
  /** A user is suspended, or no more. Gives whether that is news. */
  async saveSuspension({ type, aggregate, data, occurredAt }: EventOf<"user.suspended" | "user.unsuspended">): Promise<boolean> {
    const until = type === "user.suspended" ? data.until : occurredAt;
    return (await query(sql.saveSuspension, { userId: data.userId, at: occurredAt, until, revision: aggregate.revision })).length > 0;
  },
  /** Has clients told of the trends, unless these are the same as the last time, or that was a moment ago. */
  async announce(): Promise<void> {
    const trends = (await query(sql.findTop, { now: new Date() })).slice(0, shown);
    const [announced] = await query(sql.announce, { tags: trends.map(({ tag }) => tag) });
    if (announced)
      await enqueue({ type: "trends.changed", aggregate: { id: trendsId, revision: announced.revision }, actorId: null, data: { id: trendsId, trends } });
  },
});

/** What is talked of, in query-service's database. */
export function createTrendStore(database: Pick<Database, "query" | "transaction">) {
  const fading = createFading(database, sql.quietTags("quiet_tags", database), {
    lockDue: async (query, now) => (await query(sql.lockDue, { now })).map(({ tag }) => tag),
    score: (query, tags, now) => query(sql.score, { tags, now }),
  });
  return {
    /** Takes hours that left the window out of the scores of some tags. Gives of how many. */
    fade: fading.fade,
    /** Tags with the highest scores, the highest first, of those that enough authors used. */
    top: (): Promise<Trend[]> => database.query(sql.findTop, { now: new Date() }),
    retention: [
      sql.oldPosts("old_tagged_posts", database),
      sql.oldUses("old_tag_uses", database),
      sql.oldHours("old_trend_hours", database),
      sql.oldSuspensions("old_suspensions", database),
      fading.job,
    ],
  };
}
export type TrendStore = ReturnType<typeof createTrendStore>;
