import { int4, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { newestWithin } from "@newfeed/shared/store/list.ts";
import { columns, followed, listable, muted, shownUser } from "./statements.ts";

/** So many of those whom the viewer follows are looked at, and so many of those whom each of them follows: the latest ones. */
const [lookedAt, lookedAtEach] = [50, 40];
const most = 20;

/** The latest whom a user follows. */
const followees = (follower: string, limit: number) => {
  const { beyond, order } = newestWithin("f.follower_id", follower);
  return `SELECT f.followee_id AS id FROM follow f WHERE f.active AND ${beyond("f.changed_at", "f.id")} ${order("f.changed_at", "f.id")} LIMIT ${limit}`;
};

/**
 * Users whom most of the viewer's followees follow, whom the viewer does not follow yet, has not asked to and has not muted. What is looked up of each
 * is looked up for as many as there are to be, the best first.
 */
export const findSuggestions = statement({
  parameters: { viewerId: userId },
  row: { ...shownUser, followees: int4.notNull },
  sql: ({ viewerId }) =>
    `WITH known AS MATERIALIZED (${followees(viewerId, lookedAt)}),
     counted AS MATERIALIZED (
       SELECT reached.id, count(*)::int AS followees FROM known CROSS JOIN LATERAL (${followees("known.id", lookedAtEach)}) reached
       WHERE reached.id <> ${viewerId} GROUP BY reached.id
     ),
     chosen AS MATERIALIZED (
       SELECT c.id, c.followees FROM (SELECT * FROM counted ORDER BY followees DESC, id DESC OFFSET 0) c
       WHERE NOT ${followed(viewerId, "c.id")} AND NOT ${muted(viewerId, "c.id")}
         AND coalesce((SELECT NOT p.deleted AND ${listable(viewerId)} FROM profile p WHERE p.id = c.id), false)
         AND coalesce((SELECT false FROM follow_request r WHERE r.follower_id = ${viewerId} AND r.followee_id = c.id), true)
       LIMIT ${most}
     )
     SELECT ${columns(viewerId)}, chosen.followees FROM chosen JOIN profile p ON p.id = chosen.id ORDER BY chosen.followees DESC, chosen.id DESC`,
});
