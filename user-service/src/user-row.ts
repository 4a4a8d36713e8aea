import type { Author, User } from "@newfeed/shared/contracts/dto.ts";

/** A profile as SQL gives it to somebody who looks. */
export interface UserRow {
  id: string;
  username: string;
  full_name: string;
  bio: string;
  avatar_url: string | null;
  follower_count: number;
  following_count: number;
  followed_by_me: boolean;
  follows_me: boolean;
  blocked_by_me: boolean;
  created_at: Date;
  updated_at: Date;
  revision: number;
}

/** SQL: as values, not as EXISTS, which the planner may turn into a join with, or a hash of, all that one follows or has blocked. */
const followed = (follower: string, followee: string) =>
  `coalesce((SELECT f.active FROM follow f WHERE f.follower_id = ${follower} AND f.followee_id = ${followee}), false)`;
export const blocked = (blocker: string, blockee: string) =>
  `coalesce((SELECT b.active FROM block b WHERE b.blocker_id = ${blocker} AND b.blocked_id = ${blockee}), false)`;

/** SQL: the columns of `UserRow` from a profile `p`, for the viewer that the expression names (null: a visitor). */
export const userColumns = (viewer: string) => `p.id, p.username, p.full_name, p.bio, p.avatar_url, p.follower_count, p.following_count,
  ${followed(viewer, "p.id")} AS followed_by_me, ${followed("p.id", viewer)} AS follows_me,
  ${blocked(viewer, "p.id")} AS blocked_by_me,
  p.created_at, p.updated_at, p.revision`;

export const toAuthor = (row: Pick<UserRow, "id" | "username" | "full_name" | "avatar_url">): Author => ({
  id: row.id,
  username: row.username,
  fullName: row.full_name,
  avatarUrl: row.avatar_url,
});

export const toUser = (row: UserRow): User => ({
  ...toAuthor(row),
  bio: row.bio,
  followerCount: row.follower_count,
  followingCount: row.following_count,
  followedByMe: row.followed_by_me,
  followsMe: row.follows_me,
  blockedByMe: row.blocked_by_me,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  revision: row.revision,
});
