import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";

export interface EndedFollow {
  id: string;
  follower_id: string;
  followee_id: string;
  revision: number;
}

/** Ends those of these follows that are active, and corrects the counts of both sides. The caller holds their profiles locked. */
export const endFollows = (query: Query, ids: readonly string[]) =>
  query<EndedFollow>(
    `WITH ended AS (
       UPDATE follow SET active = false, revision = revision + 1, changed_at = clock_timestamp()
       WHERE id = ANY($1::uuid[]) AND active RETURNING id, follower_id, followee_id, revision
     ), lost AS (
       SELECT user_id, sum(followers)::int AS followers, sum(following)::int AS following
       FROM (SELECT followee_id AS user_id, 1 AS followers, 0 AS following FROM ended UNION ALL SELECT follower_id, 0, 1 FROM ended) side
       GROUP BY user_id
     ), counted AS (
       UPDATE profile p SET follower_count = p.follower_count - lost.followers, following_count = p.following_count - lost.following
       FROM lost WHERE p.id = lost.user_id
     )
     SELECT id, follower_id, followee_id, revision FROM ended`,
    [ids],
  );

export const unfollowed = ({ id, revision, follower_id, followee_id }: EndedFollow, actorId: string): NewEvent => ({
  type: "user.unfollowed",
  aggregate: { id, revision },
  actorId,
  data: { followerId: follower_id, followeeId: followee_id },
});
