import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { encodeKey } from "@newfeed/shared/store/cursors.ts";

/** How much of everything a feed holds. At the factor 1,000: a million users, one author with 200,000 posts, one post with 300,000 comments and likes. */
export interface Size {
  factor: number;
  users: number;
  /** Of the popular author, who wrote the popular post too. */
  followers: number;
  posts: number;
  uploads: number;
  notifications: number;
  /** Of the popular post, and of its oldest comment. */
  likes: number;
  /** Of the popular post; the prolific user wrote as many under other posts. */
  comments: number;
  replies: number;
  /** Of the user who follows many. */
  followees: number;
  /** Public posts by others. */
  othersPosts: number;
  /** Sent rows of all outboxes. */
  events: number;
  /** Rows of each kind that housekeeping removes. */
  ended: number;
}

export const sizeOf = (factor: number): Size => ({
  factor,
  users: 1_000 * factor,
  followers: 300 * factor,
  posts: 200 * factor,
  uploads: 100 * factor,
  notifications: 300 * factor,
  likes: 300 * factor,
  comments: 300 * factor,
  replies: 100 * factor,
  followees: 100 + 10 * factor,
  othersPosts: 100 * factor,
  events: 5_000 * factor,
  ended: 50 * factor,
});

/** How many entries the popular post's stream and the author's have: as many as are kept. */
export const keptEntriesOf = ({ comments }: Size): number => Math.min(comments, 10_000);

/** Users with an account, by what there is much of. */
export const roles = ["author", "commenter", "follower", "writer"] as const;
export type Role = (typeof roles)[number];
export type Users = Readonly<Record<Role, UserId>>;

const kinds = [
  "user",
  "post",
  "popularPost",
  "othersPost",
  "comment",
  "reply",
  "comment of the commenter",
  "like",
  "repost",
  "follow",
  "request",
  "block",
  "mute",
  "session",
  "comment of a group",
  "upload",
  "removed upload",
  "notification",
  "group",
  "ended",
  "event",
  "applicant",
  "invite",
  "passkey",
  "scheduled",
  "draft",
  "case",
  "report",
  "webhook",
  "delivery",
  "device",
  "push",
  "mail",
] as const;
type Kind = (typeof kinds)[number];

/** SQL for the id of the n-th of a kind: ids sort by their number, as UUIDv7s sort by time. */
export const idOf = (kind: Kind, n: string | number): string =>
  `('01900000-00${kinds.indexOf(kind).toString(16).padStart(2, "0")}-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
/** The same as a string. */
export const nthId = (kind: Kind, n: number): string =>
  `01900000-00${kinds.indexOf(kind).toString(16).padStart(2, "0")}-7000-8000-${n.toString(16).padStart(12, "0")}`;
export const uuid = (id: string): string => `'${id}'::uuid`;

const days = 29;
/** SQL for when the n-th of so many was made: they are spread evenly over the days before `$3`. */
export const at = (count: number, n = "n"): string => `($3::timestamptz - interval '${days} days' * (1 - (${n})::float8 / ${count}) - interval '1 minute')`;
/** The cursor behind which this share of any of these lists lies. */
export const cursorAt = (share: number, now: Date): string =>
  encodeKey({ at: new Date(now.getTime() - 60_000 - days * 86_400_000 * (1 - share)), id: "ffffffff-ffff-ffff-ffff-ffffffffffff" });
