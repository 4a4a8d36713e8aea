import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { behind } from "@newfeed/shared/jobs/job.ts";
import { array, boolean, int4, type RowOf, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { markedOf, sparseList } from "@newfeed/shared/store/list.ts";
import { toggle } from "@newfeed/shared/store/toggle.ts";
import { suspensions } from "./suspension-statements.ts";

export const viewerId = userId.nullable;
const ids = array(userId);

const author = { id: userId, username: text, fullName: text, avatarUrl: text.nullable };

export const shownUser = {
  ...author,
  headerUrl: text.nullable,
  bio: text,
  location: text.nullable,
  links: array(text).notNull,
  followerCount: int4,
  followingCount: int4,
  followedByMe: boolean.notNull,
  followsMe: boolean.notNull,
  blockedByMe: boolean.notNull,
  mutedByMe: boolean.notNull,
  mutedUntil: timestamptz.nullable,
  private: boolean.notNull,
  requestedByMe: boolean.notNull,
  publicLikes: boolean.notNull,
  createdAt: timestamptz,
  updatedAt: timestamptz,
  revision: int4,
};
/** A profile as the viewer sees it. */
export type ShownUser = RowOf<typeof shownUser>;

export const listedUser = { ...shownUser, keyAt: timestamptz, keyId: uuid };
/** A row of a list, with its place in that list. */
export type ListedUser = RowOf<typeof listedUser>;

// As values, not as EXISTS, which the planner may turn into a join with, or a hash of, all that a user follows or has blocked.
export const followed = (follower: string, followee: string) =>
  `coalesce((SELECT f.active FROM follow f WHERE f.follower_id = ${follower} AND f.followee_id = ${followee}), false)`;
const blocked = (blocker: string, blockee: string) =>
  `coalesce((SELECT b.active FROM block b WHERE b.blocker_id = ${blocker} AND b.blocked_id = ${blockee}), false)`;

/** A mute that has ended by itself is none. */
const isMute = "m.active AND (m.until IS NULL OR m.until > now())";
export const muted = (muter: string, mutee: string) => `coalesce((SELECT ${isMute} FROM mute m WHERE m.muter_id = ${muter} AND m.muted_id = ${mutee}), false)`;

const requested = (follower: string, followee: string) =>
  `coalesce((SELECT r.active FROM follow_request r WHERE r.follower_id = ${follower} AND r.followee_id = ${followee}), false)`;
const hasSet = (preference: "private_account" | "public_likes", user: string) =>
  `coalesce((SELECT s.${preference} FROM preferences s WHERE s.user_id = ${user}), false)`;

/** The columns of `ShownUser` from a profile `p`. */
export const columns = (
  viewer: string,
) => `p.id, p.username, p.full_name, p.bio, p.location, p.links, p.avatar_url, p.header_url, p.follower_count, p.following_count,
  ${followed(viewer, "p.id")} AS followed_by_me, ${followed("p.id", viewer)} AS follows_me,
  ${blocked(viewer, "p.id")} AS blocked_by_me,
  ${muted(viewer, "p.id")} AS muted_by_me,
  (SELECT m.until FROM mute m WHERE m.muter_id = ${viewer} AND m.muted_id = p.id AND ${isMute}) AS muted_until,
  ${hasSet("private_account", "p.id")} AS private, ${requested(viewer, "p.id")} AS requested_by_me, ${hasSet("public_likes", "p.id")} AS public_likes,
  p.created_at, p.updated_at, p.revision`;

/** Of a profile `p`: it is there for others. */
const isThere = `(NOT p.deleted AND NOT ${suspensions.isSuspended("p.id")})`;
/**
 * A blocked user does not see the blocker; the blocker sees the profile, to know of the block and to lift it. While a user is suspended,
 * nobody else sees theirs.
 */
const visible = (viewer: string) => `(p.id = ${viewer} OR NOT ${suspensions.isSuspended("p.id")}) AND NOT ${blocked("p.id", viewer)}`;
/** In lists neither sees the other. */
export const listable = (viewer: string) => `${visible(viewer)} AND NOT ${blocked(viewer, "p.id")}`;

// Profiles

/** The newest: of two users of one name, the older one has just been deleted. (Sorted by id, the planner would walk the primary key.) */
const findUser = (viewer: string, condition: string) =>
  `SELECT ${columns(viewer)} FROM (
     SELECT p.* FROM profile p WHERE ${condition} AND NOT p.deleted AND ${visible(viewer)} ORDER BY p.created_at DESC LIMIT 1
   ) p`;
export const findUserById = statement({
  parameters: { viewerId, id: userId },
  row: shownUser,
  sql: ({ viewerId, id }) => findUser(viewerId, `p.id = ${id}`),
});
export const findUserByName = statement({
  parameters: { viewerId, username: text },
  row: shownUser,
  sql: ({ viewerId, username }) => findUser(viewerId, `lower(p.username) = lower(${username})`),
});

/** Unknown and deleted users are left out, not suspended ones: what they did before may still have to be said to them. `usernames` are in lower case. */
export const findAuthors = statement({
  parameters: { ids, usernames: array(text) },
  row: { ...author, revision: int4 },
  sql: ({ ids, usernames }) =>
    `SELECT id, username, full_name, avatar_url, revision FROM profile WHERE NOT deleted AND (id = ANY(${ids}) OR lower(username) = ANY(${usernames}))`,
});

/** Of these usernames, in lower case, those that others find. */
export const findUsernames = statement({
  parameters: { usernames: array(text) },
  row: { username: text },
  sql: ({ usernames }) =>
    `SELECT found.username FROM unnest(${usernames}) AS asked (username)
     CROSS JOIN LATERAL (SELECT p.username FROM profile p WHERE lower(p.username) = asked.username AND ${isThere} LIMIT 1) found`,
});

/** Those that have no row here; a tombstone is a row. `usernames` are in lower case. */
export const missingProfiles = statement({
  parameters: { ids, usernames: array(text) },
  row: { ids: ids.notNull, usernames: array(text).notNull },
  sql: ({ ids, usernames }) =>
    `SELECT ARRAY(SELECT w FROM unnest(${ids}) w WHERE NOT EXISTS (SELECT FROM profile p WHERE p.id = w)) AS ids,
       ARRAY(SELECT w FROM unnest(${usernames}) w WHERE NOT EXISTS (SELECT FROM profile p WHERE lower(p.username) = w AND NOT p.deleted)) AS usernames`,
});

/** In id order, so that two transactions that create the same profiles do not wait for each other. */
export const insertProfiles = statement({
  parameters: { ids, usernames: array(text), fullNames: array(text), createdAt: array(timestamptz), wordsOf: ids, words: array(text) },
  sql: ({ ids, usernames, fullNames, createdAt, wordsOf, words }) =>
    `WITH inserted AS (
       INSERT INTO profile (id, username, full_name, created_at, updated_at, indexed_names)
       SELECT id, username, full_name, created_at, created_at, username || ' ' || full_name
       FROM unnest(${ids}, ${usernames}, ${fullNames}, ${createdAt}) AS new (id, username, full_name, created_at) ORDER BY id
       ON CONFLICT (id) DO NOTHING RETURNING id
     ) INSERT INTO profile_word (user_id, word)
     SELECT user_id, word FROM unnest(${wordsOf}, ${words}) AS w (user_id, word) JOIN inserted ON inserted.id = w.user_id
     ON CONFLICT DO NOTHING`,
});

/** Names that are still to be indexed: of before there was an index, or written by an older instance. Tombstones have no words. */
export const takeNamesToIndex = statement({
  row: { id: userId, username: text, fullName: text },
  sql: `SELECT id, username, full_name FROM profile WHERE indexed_names IS DISTINCT FROM username || ' ' || full_name
        ORDER BY id LIMIT 200 FOR UPDATE SKIP LOCKED`,
});
export const deleteWords = statement({ parameters: { ids }, sql: ({ ids }) => `DELETE FROM profile_word WHERE user_id = ANY(${ids})` });
export const insertWords = statement({
  parameters: { wordsOf: ids, words: array(text) },
  sql: ({ wordsOf, words }) => `INSERT INTO profile_word (user_id, word) SELECT * FROM unnest(${wordsOf}, ${words})`,
});
export const noteIndexed = statement({
  parameters: { ids },
  sql: ({ ids }) => `UPDATE profile SET indexed_names = username || ' ' || full_name WHERE id = ANY(${ids})`,
});

// Lists

/** A list of users. What the page shows of each is looked up behind the cut, however many a list or the viewer has. */
const related = (table: string, listed: string, subject: string, shown: (viewer: string) => string) =>
  sparseList({
    parameters: { viewerId, userId },
    row: listedUser,
    sql: ({ viewerId, userId }, { within, order, showing }) => {
      const relations = within(`r.${subject}`, userId);
      const related = `SELECT r.* FROM ${table} r WHERE r.active AND ${relations.beyond("r.changed_at", "r.id")} ${relations.order("r.changed_at", "r.id")}`;
      const shows = `coalesce((SELECT NOT p.deleted AND ${shown(viewerId)} FROM profile p WHERE p.id = r.${listed}), false)`;
      // Materialized: of a subquery that the planner thinks expensive, it does not mind to join all profiles.
      return `WITH page AS MATERIALIZED (${showing(related, { as: "r", shows, key: ["r.changed_at", "r.id"] })})
         SELECT ${columns(viewerId)}, r.changed_at AS key_at, r.id AS key_id, ${markedOf("r")} FROM page r JOIN profile p ON p.id = r.${listed} ${order("r.changed_at", "r.id")}`;
    },
  });
export const listFollowers = related("follow", "follower_id", "followee_id", listable);
export const listFollowed = related("follow", "followee_id", "follower_id", listable);
export const listRequests = related("follow_request", "follower_id", "followee_id", listable);
/** Whom a user asks to follow. */
export const listRequested = related("follow_request", "followee_id", "follower_id", listable);
/** Nobody but the blocker reads this list. */
export const listBlocked = related("block", "blocked_id", "blocker_id", () => isThere);

/** Nobody but the muter reads this one. */
export const listMuted = related("mute", "muted_id", "muter_id", () => `${isThere} AND (r.until IS NULL OR r.until > now())`);

// Writing. Profiles are locked in id order, so that two mutual follows do not wait for each other.

export const lockProfiles = statement({
  parameters: { ids },
  row: { ...author, followerCount: int4, deleted: boolean, suspended: boolean.notNull },
  sql: ({ ids }) =>
    `SELECT p.id, p.username, p.full_name, p.avatar_url, p.follower_count, p.deleted, ${suspensions.isSuspended("p.id")} AS suspended
     FROM profile p WHERE p.id = ANY(${ids}) ORDER BY p.id FOR UPDATE OF p`,
});

/** Under their locks. Those that have the name already, and tombstones, stay as they are. */
export const renameProfiles = statement({
  parameters: { ids, fullNames: array(text) },
  row: { ...author, headerUrl: text.nullable, revision: int4 },
  sql: ({ ids, fullNames }) =>
    `UPDATE profile p SET full_name = new.full_name, revision = p.revision + 1, updated_at = now()
     FROM unnest(${ids}, ${fullNames}) AS new (id, full_name) WHERE p.id = new.id AND NOT p.deleted AND p.full_name <> new.full_name
     RETURNING p.id, p.username, p.full_name, p.avatar_url, p.header_url, p.revision`,
});

/** Under the locks of both profiles, so that a user's times are in commit order. */
export const saveFollow = toggle<UserId, UserId>("follow", ["follower_id", "followee_id"]);
export const saveRequest = toggle<UserId, UserId>("follow_request", ["follower_id", "followee_id"]);
export const saveBlock = toggle<UserId, UserId>("block", ["blocker_id", "blocked_id"]);

/** One that is lifted has ended then. */
export const saveMute = statement({
  parameters: { id: uuid, muterId: userId, mutedId: userId, active: boolean, until: timestamptz.nullable },
  row: { id: uuid.notNull, until: timestamptz.nullable, revision: int4.notNull, changed: boolean.notNull },
  sql: ({ id, muterId, mutedId, active, until }) =>
    `WITH before AS (SELECT id, active, until, revision FROM mute WHERE muter_id = ${muterId} AND muted_id = ${mutedId}),
     after AS (
       INSERT INTO mute AS t (id, muter_id, muted_id, active, until, changed_at) VALUES (${id}, ${muterId}, ${mutedId}, ${active}, CASE WHEN ${active} THEN ${until} ELSE clock_timestamp() END, clock_timestamp())
       ON CONFLICT (muter_id, muted_id) DO UPDATE SET active = excluded.active, until = excluded.until, revision = t.revision + 1, changed_at = excluded.changed_at
       WHERE t.active <> excluded.active OR (excluded.active AND t.until IS DISTINCT FROM excluded.until)
       RETURNING id, active, until, revision
     )
     SELECT id, until, revision, active OR EXISTS (SELECT FROM before) AS changed FROM after
     UNION ALL SELECT id, until, revision, false FROM before WHERE NOT EXISTS (SELECT FROM after)`,
});
/** How many users somebody mutes, but for one of them. */
export const countMutes = statement({
  parameters: { muterId: userId, exceptId: userId },
  row: { mutes: int4.notNull },
  sql: ({ muterId, exceptId }) =>
    `SELECT count(*)::int AS mutes FROM (SELECT FROM mute m WHERE m.muter_id = ${muterId} AND m.muted_id <> ${exceptId} AND ${isMute} LIMIT ${bounds.mutedUsers}) muted`,
});

export const findFollow = statement({
  parameters: { followerId: userId, followeeId: userId },
  row: { id: uuid, active: boolean, revision: int4 },
  sql: ({ followerId, followeeId }) => `SELECT id, active, revision FROM follow WHERE follower_id = ${followerId} AND followee_id = ${followeeId}`,
});

export const findFollowedAmong = statement({
  parameters: { followerId: userId, ids: array(userId) },
  row: { id: userId },
  sql: ({ followerId, ids }) => `SELECT followee_id AS id FROM follow WHERE follower_id = ${followerId} AND followee_id = ANY(${ids}) AND active`,
});

/** The active blocks, or follows, of the two, in either direction. */
const between = (one: string, other: string, [from, to]: readonly [string, string]) =>
  `active AND (${from}, ${to}) IN ((${one}, ${other}), (${other}, ${one}))`;
export const blocksBetween = statement({
  parameters: { one: userId, other: userId },
  row: { blockerId: userId },
  sql: ({ one, other }) => `SELECT blocker_id FROM block WHERE ${between(one, other, ["blocker_id", "blocked_id"])}`,
});
export const followsBetween = statement({
  parameters: { one: userId, other: userId },
  row: { id: uuid },
  sql: ({ one, other }) => `SELECT id FROM follow WHERE ${between(one, other, ["follower_id", "followee_id"])}`,
});

export const requestsBetween = statement({
  parameters: { one: userId, other: userId },
  row: { followerId: userId, followeeId: userId },
  sql: ({ one, other }) => `SELECT follower_id, followee_id FROM follow_request WHERE ${between(one, other, ["follower_id", "followee_id"])}`,
});

export const countFollow = statement({
  parameters: { followerId: userId, followeeId: userId },
  sql: ({ followerId, followeeId }) =>
    `UPDATE profile SET following_count = following_count + (id = ${followerId})::int, follower_count = follower_count + (id = ${followeeId})::int
     WHERE id IN (${followerId}, ${followeeId})`,
});

const endedFollow = { id: uuid, followerId: userId, followeeId: userId, revision: int4 };
/** A follow that was ended just now. */
export type EndedFollow = RowOf<typeof endedFollow>;

/** Ends those of these follows that are active, and corrects the counts of both sides. The caller holds their profiles locked. */
export const endFollows = statement({
  parameters: { ids: array(uuid) },
  row: endedFollow,
  sql: ({ ids }) =>
    `WITH ended AS (
       UPDATE follow SET active = false, revision = revision + 1, changed_at = clock_timestamp()
       WHERE id = ANY(${ids}) AND active RETURNING id, follower_id, followee_id, revision
     ), lost AS (
       SELECT user_id, sum(followers)::int AS followers, sum(following)::int AS following
       FROM (SELECT followee_id AS user_id, 1 AS followers, 0 AS following FROM ended UNION ALL SELECT follower_id, 0, 1 FROM ended) side
       GROUP BY user_id
     ), counted AS (
       UPDATE profile p SET follower_count = p.follower_count - lost.followers, following_count = p.following_count - lost.following
       FROM lost WHERE p.id = lost.user_id
     )
     SELECT id, follower_id, followee_id, revision FROM ended`,
});

// Retention

/** Longer than copies of other services are kept, which compare revisions: the next follow of two users begins with revision 1 again. */
const keptFor = "180 days";
export const endedFollows = removal({ table: "follow", at: "changed_at", after: keptFor, where: "NOT active" });
export const endedRequests = removal({ table: "follow_request", at: "changed_at", after: keptFor, where: "NOT active" });
export const endedBlocks = removal({ table: "block", at: "changed_at", after: keptFor, where: "NOT active" });
export const endedMutes = removal({ table: "mute", at: "until", after: keptFor });
export const deletedProfiles = removal({ table: "profile", at: "updated_at", after: keptFor, where: "deleted" });

// Account deletion

/** For those whose registration has not arrived: it finds the tombstone. */
export const insertTombstones = statement({
  parameters: { ids },
  sql: ({ ids }) => `INSERT INTO profile (id, username, full_name) SELECT id, '', '' FROM unnest(${ids}) AS gone (id) ORDER BY id ON CONFLICT (id) DO NOTHING`,
});
export const emptyProfiles = statement({
  parameters: { ids },
  sql: ({ ids }) =>
    `UPDATE profile SET username = '', full_name = '', indexed_names = ' ', bio = '', location = NULL, links = '{}', avatar_url = NULL, header_url = NULL, deleted = true, revision = revision + 1, updated_at = clock_timestamp()
     WHERE id = ANY(${ids}) AND NOT deleted`,
});

/** The next of a user's active follows, or blocks, in one direction; `other` is who is on the other side. */
const next = (table: "follow" | "follow_request" | "block" | "mute", of: string, other: string) =>
  statement({
    parameters: { userId, afterAt: timestamptz, afterId: uuid, limit: int4 },
    row: { id: uuid, other: userId, changedAt: timestamptz },
    sql: ({ userId, afterAt, afterId, limit }) => {
      const { where, order } = behind([of, "changed_at", "id"], userId, [afterAt, afterId]);
      return `SELECT id, ${other} AS other, changed_at FROM ${table} WHERE ${where} AND active ${order} LIMIT ${limit}`;
    },
    plan: "each time",
  });
export const nextOf = {
  follows: next("follow", "follower_id", "followee_id"),
  followers: next("follow", "followee_id", "follower_id"),
  requested: next("follow_request", "follower_id", "followee_id"),
  requests: next("follow_request", "followee_id", "follower_id"),
  blocks: next("block", "blocker_id", "blocked_id"),
  blockers: next("block", "blocked_id", "blocker_id"),
  mutes: next("mute", "muter_id", "muted_id"),
  muters: next("mute", "muted_id", "muter_id"),
};
const end = (table: "block" | "follow_request") =>
  statement({
    parameters: { ids: array(uuid) },
    sql: ({ ids }) => `UPDATE ${table} SET active = false, revision = revision + 1, changed_at = clock_timestamp() WHERE id = ANY(${ids}) AND active`,
  });
export const endBlocks = end("block");
export const endMutes = statement({
  parameters: { ids: array(uuid) },
  sql: ({ ids }) =>
    `UPDATE mute SET active = false, revision = revision + 1, until = clock_timestamp(), changed_at = clock_timestamp() WHERE id = ANY(${ids}) AND active`,
});
export const endRequests = end("follow_request");
