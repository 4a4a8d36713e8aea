import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { Connection, FollowedPost } from "../connections/connection.ts";
import type { Connections } from "../connections/connections.ts";
import type { AccessChange } from "../signals.ts";
import { areBlocked, followersAmong, hasUnfollowed, readCommentsBy } from "./access-store.ts";

export interface AccessChangesOptions {
  query: Query;
  connections: Pick<Connections, "ofUser" | "all" | "hide">;
  unfollow: (connection: Connection, stream: string) => void;
}

/** Applies one access change to the connections of this instance, by what is true now: the change may have been undone since. */
export type ApplyAccessChange = (change: AccessChange) => Promise<void>;

const postIdOf = (stream: string) => stream.slice("post:".length);

const followedPosts = (connection: Connection): { stream: string; post: FollowedPost }[] =>
  [...connection.follows].flatMap(([stream, post]) => (post ? [{ stream, post }] : []));

export function createAccessChanges({ query, connections, unfollow }: AccessChangesOptions): ApplyAccessChange {
  /** Detaches a client from a post that it may no longer see. */
  function takeBack(connection: Connection, stream: string): void {
    unfollow(connection, stream);
    connection.signal("retract", { stream, items: [{ type: "post", id: postIdOf(stream) }] });
    connection.endStream(stream);
  }

  /** What feeds have by reposts of this user. */
  function endReposts(concerned: readonly Connection[], userId: UserId): void {
    for (const connection of concerned) if (connection.followsFeed) connection.signal("repost_removed", { userId, postId: null, postAuthorId: null });
  }

  async function hide(userId: UserId, otherId: UserId): Promise<void> {
    const concerned = [...connections.ofUser(userId)].filter((connection) => !connection.hidden.has(otherId));
    for (const connection of concerned) connections.hide(connection, new Set([...connection.hidden, otherId]));
    // Follows end with a block, so that these two would not hear of it as followers.
    endReposts(concerned, otherId);
    for (const connection of [...connections.ofUser(userId)])
      for (const { stream, post } of followedPosts(connection)) if (post.authorId === otherId) takeBack(connection, stream);
    const streams = new Set(concerned.flatMap((connection) => followedPosts(connection).map(({ stream }) => stream)));
    for (const { stream, ids } of await readCommentsBy(query, otherId, [...streams]))
      for (const connection of concerned)
        if (connection.follows.has(stream)) connection.signal("retract", { stream, items: ids.map((id) => ({ type: "comment", id })) });
  }

  function show(userId: UserId, otherId: UserId): void {
    for (const connection of [...connections.ofUser(userId)])
      if (connection.hidden.has(otherId)) connections.hide(connection, new Set([...connection.hidden].filter((id) => id !== otherId)));
  }

  /** A block may have been lifted since, or stand in the other direction. */
  async function applyBlock(one: UserId, other: UserId): Promise<void> {
    if (connections.ofUser(one).size + connections.ofUser(other).size === 0) return;
    const blocked = await areBlocked(query, one, other);
    for (const [userId, otherId] of [
      [one, other],
      [other, one],
    ] as const)
      if (blocked) await hide(userId, otherId);
      else show(userId, otherId);
  }

  async function applyUnfollow(followerId: UserId, authorId: UserId): Promise<void> {
    if (connections.ofUser(followerId).size === 0 || !(await hasUnfollowed(query, followerId, authorId))) return;
    endReposts([...connections.ofUser(followerId)], authorId);
    for (const connection of [...connections.ofUser(followerId)])
      for (const { stream, post } of followedPosts(connection)) if (post.authorId === authorId && post.visibility !== "public") takeBack(connection, stream);
  }

  /** All posts of the author are for followers only. The account may have been opened since: who follows a post again is checked anew. */
  async function applyPrivate(authorId: UserId): Promise<void> {
    const ofAuthor = (connection: Connection) => followedPosts(connection).filter(({ post }) => post.authorId === authorId);
    const concerned = () => [...connections.all()].filter((connection) => ofAuthor(connection).length > 0);
    const users = new Set(concerned().map(({ userId }) => userId));
    if (users.size === 0) return;
    for (const userId of [authorId, ...(await followersAmong(query, authorId, [...users]))]) users.delete(userId);
    for (const connection of concerned()) if (users.has(connection.userId)) for (const { stream } of ofAuthor(connection)) takeBack(connection, stream);
  }

  /** Nobody sees what the user wrote: their posts, and their comments under those of others. */
  async function applySuspended(authorId: UserId): Promise<void> {
    const all = [...connections.all()];
    for (const connection of all) for (const { stream, post } of followedPosts(connection)) if (post.authorId === authorId) takeBack(connection, stream);
    const streams = new Set(all.flatMap((connection) => followedPosts(connection).map(({ stream }) => stream)));
    for (const { stream, ids } of await readCommentsBy(query, authorId, [...streams]))
      for (const connection of all)
        if (connection.follows.has(stream)) connection.signal("retract", { stream, items: ids.map((id) => ({ type: "comment", id })) });
  }

  async function applyVisibility(postId: PostId, now: FollowedPost): Promise<void> {
    const stream = streamOf.post(postId);
    const concerned = [...connections.all()].filter((connection) => (connection.follows.get(stream)?.revision ?? now.revision) < now.revision);
    for (const connection of concerned) connection.follows.set(stream, now);
    if (now.visibility === "public" || concerned.length === 0) return;
    // The audience of a visibility that only newer instances know is not known here: who follows again is checked anew.
    const users = now.visibility === "followers" ? concerned.map((connection) => connection.userId) : [];
    const followers = await followersAmong(query, now.authorId, users);
    const allowed = new Set([now.authorId, ...followers]);
    for (const connection of concerned) if (!allowed.has(connection.userId) && connection.follows.has(stream)) takeBack(connection, stream);
  }

  return async (change) => {
    switch (change.kind) {
      case "block":
      case "unblock":
        return applyBlock(...change.userIds);
      case "unfollow":
        return applyUnfollow(change.followerId, change.authorId);
      case "private":
        return applyPrivate(change.authorId);
      case "suspended":
        return applySuspended(change.authorId);
      case "visibility":
        return applyVisibility(change.postId, change);
    }
  };
}
