import { type Rows, rows } from "../rows.ts";
import { at, idOf, type Size, type Users, uuid } from "../size.ts";

/** Longer ago than anything is kept that only says that something has ended. */
const longAgo = "$3::timestamptz - interval '400 days'";

const names = { username: "'grown_' || n", full_name: "'Ada ' || n" };

/** The author's followers, the followees of the follower, who asks to follow the author, whom the author has blocked and muted, and what has ended. */
const relations = ({ followers, followees, ended }: Size, { author, follower }: Users) => ({
  follow: [
    { count: followers, from: idOf("user", "n"), to: uuid(author), active: true, kind: 0 },
    { count: followees, from: uuid(follower), to: idOf("user", "n"), active: true, kind: followers },
    { count: 1, from: uuid(follower), to: uuid(author), active: true, kind: followers + followees },
    { count: ended, from: idOf("user", "n"), to: idOf("user", "n + 1"), active: false, kind: followers + followees + 1 },
  ],
  request: [
    { count: ended, from: idOf("user", `${followers + ended} + n`), to: uuid(author), active: true, kind: 0 },
    { count: ended, from: idOf("user", "n"), to: idOf("user", "n + 1"), active: false, kind: ended },
  ],
  mute: [
    { count: Math.min(ended, 900), from: uuid(author), to: idOf("user", `${followers} + n`), active: true, kind: 0 },
    { count: ended, from: idOf("user", "n"), to: idOf("user", "n + 1"), active: false, kind: ended },
  ],
  block: [
    { count: ended, from: uuid(author), to: idOf("user", `${followers} + n`), active: true, kind: 0 },
    { count: ended, from: idOf("user", "n"), to: idOf("user", "n + 1"), active: false, kind: ended },
  ],
});

/** In the table of a service that keeps who is suspended: of users whose suspension ended long ago. */
export const endedSuspensions = (table: string, { ended }: Size, more: Record<string, string> = {}): Rows =>
  rows(table, ended, { ...more, user_id: idOf("user", "n"), until: longAgo, revision: "2" });

/** Profiles with their words, follows and blocks. */
export function profiles(size: Size, users: Users): Rows[] {
  const { follow, request, block, mute } = relations(size, users);
  return [
    endedSuspensions("suspension", size),
    rows("profile", size.users, {
      ...names,
      id: idOf("user", "n"),
      // Some are of before there was an index.
      indexed_names: "CASE WHEN n > 40 THEN 'grown_' || n || ' Ada ' || n END",
      created_at: at(size.users),
      follower_count: `(n <= ${size.followees})::int`,
      following_count: `(n <= ${size.followers})::int`,
    }),
    ...["'grown_' || n", "n::text", "'ada'"].map((word) => rows("profile_word", size.users, { user_id: idOf("user", "n"), word })),
    rows("profile", size.ended, { id: idOf("ended", "n"), username: "''", full_name: "''", indexed_names: "' '", deleted: "true", updated_at: longAgo }),
    ...follow.map(({ count, from, to, active, kind }) =>
      rows("follow", count, {
        id: idOf("follow", `${kind} + n`),
        follower_id: from,
        followee_id: to,
        active: String(active),
        changed_at: active ? at(count) : longAgo,
      }),
    ),
    ...request.map(({ count, from, to, active, kind }) =>
      rows("follow_request", count, {
        id: idOf("request", `${kind} + n`),
        follower_id: from,
        followee_id: to,
        active: String(active),
        changed_at: active ? at(count) : longAgo,
      }),
    ),
    ...block.map(({ count, from, to, active, kind }) =>
      rows("block", count, {
        id: idOf("block", `${kind} + n`),
        blocker_id: from,
        blocked_id: to,
        active: String(active),
        changed_at: active ? at(count) : longAgo,
      }),
    ),
    ...mute.map(({ count, from, to, active, kind }) =>
      rows("mute", count, {
        id: idOf("mute", `${kind} + n`),
        muter_id: from,
        muted_id: to,
        active: String(active),
        until: active ? "NULL::timestamptz" : longAgo,
        changed_at: active ? at(count) : longAgo,
      }),
    ),
  ];
}

/** Counts of the users with an account. */
export const countedProfiles = ({ followers, followees }: Size, { author, follower }: Users): string[] => [
  `UPDATE profile SET follower_count = ${followers + 1} WHERE id = ${uuid(author)}`,
  `UPDATE profile SET following_count = ${followees + 1} WHERE id = ${uuid(follower)}`,
];

/** The same users as other services know them. */
export function peopleCopies(size: Size, users: Users): Rows[] {
  const { follow, block, mute } = relations(size, users);
  return [
    rows("projection.author", size.users, { ...names, id: idOf("user", "n"), revision: "1" }),
    rows("projection.author", size.ended, { id: idOf("ended", "n"), username: "''", full_name: "''", revision: "2", deleted: "true", changed_at: longAgo }),
    ...follow.map(({ count, from, to, active }) =>
      rows("projection.follow", count, { follower_id: from, followee_id: to, active: String(active), revision: "1", changed_at: active ? at(count) : longAgo }),
    ),
    ...block.map(({ count, from, to, active }) =>
      rows("projection.block", count, { blocker_id: from, blocked_id: to, active: String(active), revision: "1", changed_at: active ? at(count) : longAgo }),
    ),
    ...mute.map(({ count, from, to, active }) =>
      rows("projection.mute", count, { muter_id: from, muted_id: to, until: active ? "'infinity'" : longAgo, revision: "1" }),
    ),
    endedSuspensions("projection.suspension", size),
  ];
}
