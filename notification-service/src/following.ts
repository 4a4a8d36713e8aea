import type { Visibility } from "@newfeed/shared/contracts/dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { hiddenFrom } from "@newfeed/shared/projections/relations.ts";
import type { Connection, Connections } from "./connections.ts";
import type { Dispatcher, Joined, Starting } from "./dispatcher.ts";
import { readPage } from "./log.ts";
import { AccessChange } from "./signals.ts";

/** Asks post-service which of these posts somebody may see; what is missing in the answer, they may not. */
export type ReadAccess = (viewer: string, postIds: string[], correlationId: string) => Promise<{ id: string; authorId: string; visibility: Visibility }[]>;

export interface FollowingOptions {
  query: Query;
  dispatcher: Dispatcher;
  connections: Connections;
  readAccess: ReadAccess;
}

/** Who follows which streams, and may go on doing so. */
export interface Following {
  inbox(connection: Connection, cursor: string | undefined, starting?: Starting): Promise<Joined>;
  /** Throws `not_found` for a post that the user may not see, `too_many_streams`. */
  post(connection: Connection, postId: string, cursor: string | undefined, correlationId: string, starting?: Starting): Promise<Joined>;
  unfollow(connection: Connection, stream: string): void;
  unfollowAll(connection: Connection): void;
  /** Takes back what somebody may no longer see, and detaches them. Applying a change again changes nothing. */
  apply(changes: readonly AccessChange[]): Promise<void>;
  /** Applies the changes that were committed since the last call, wherever that happened. */
  applyCommitted(): Promise<void>;
}

const postIdOf = (stream: string) => stream.slice("post:".length);

export function createFollowing({ query, dispatcher, connections, readAccess }: FollowingOptions): Following {
  let lastChange: number | undefined;

  async function join(
    connection: Connection,
    stream: string,
    facts: { authorId: string; visibility: Visibility } | null,
    cursor: string | undefined,
    starting?: Starting,
  ) {
    if (!connection.follows.has(stream) && connection.follows.size >= bounds.followedStreamsPerSocket)
      throw new Problem("too_many_streams", { message: `At most ${bounds.followedStreamsPerSocket} followed streams per connection.` });
    // Following again from another position starts over: nobody is attached twice.
    dispatcher.leave(connection, stream);
    connection.follows.set(stream, facts);
    try {
      return await dispatcher.join(connection, stream, cursor, starting);
    } catch (error) {
      connection.follows.delete(stream);
      throw error;
    }
  }

  function unfollow(connection: Connection, stream: string) {
    dispatcher.leave(connection, stream);
    connection.follows.delete(stream);
  }

  function takeBack(connection: Connection, stream: string) {
    unfollow(connection, stream);
    connection.signal("retract", { stream, items: [{ type: "post", id: postIdOf(stream) }] });
    connection.ended(stream);
  }

  function* followedPosts(connection: Connection) {
    for (const [stream, facts] of [...connection.follows]) if (facts) yield { stream, facts };
  }

  async function separate(userId: string, otherId: string): Promise<void> {
    const concerned = [...connections.ofUser(userId)].filter((connection) => !connection.hidden.has(otherId));
    for (const connection of concerned) {
      connections.hide(connection, new Set([...connection.hidden, otherId]));
      for (const { stream, facts } of followedPosts(connection)) if (facts.authorId === otherId) takeBack(connection, stream);
    }
    const streams = [...new Set(concerned.flatMap((connection) => [...followedPosts(connection)].map(({ stream }) => stream)))];
    if (streams.length === 0) return;
    const rows = await query<{ stream: string; ids: string[] }>(
      `SELECT stream, array_agg(DISTINCT aggregate_id) AS ids FROM stream_entry
       WHERE stream = ANY($1::text[]) AND actor_id = $2::uuid AND aggregate_type = 'comment' AND type <> 'comment_deleted' GROUP BY stream`,
      [streams, otherId],
    );
    for (const { stream, ids } of rows)
      for (const connection of concerned)
        if (connection.follows.has(stream)) connection.signal("retract", { stream, items: ids.map((id) => ({ type: "comment", id })) });
  }

  async function restrict(postId: string, authorId: string, visibility: Visibility): Promise<void> {
    const stream = streamOf.post(postId);
    const followers = [...dispatcher.followers(stream)];
    for (const connection of followers) connection.follows.set(stream, { authorId, visibility });
    if (visibility === "public" || followers.length === 0) return;
    const rows = await query<{ follower_id: string }>(
      "SELECT follower_id FROM projection.follow WHERE followee_id = $1::uuid AND active AND follower_id = ANY($2::uuid[])",
      [authorId, followers.map((connection) => connection.userId)],
    );
    const may = new Set([authorId, ...rows.map((row) => row.follower_id)]);
    for (const connection of followers) if (!may.has(connection.userId)) takeBack(connection, stream);
  }

  async function applyOne(change: AccessChange): Promise<void> {
    switch (change.kind) {
      case "block": {
        const [one, other] = change.userIds;
        await separate(one, other);
        await separate(other, one);
        return;
      }
      case "unblock":
        // The block in the other direction may still stand.
        for (const userId of change.userIds)
          for (const connection of [...connections.ofUser(userId)]) connections.hide(connection, await hiddenFrom(query, userId));
        return;
      case "unfollow":
        for (const connection of connections.ofUser(change.followerId))
          for (const { stream, facts } of followedPosts(connection))
            if (facts.authorId === change.authorId && facts.visibility === "followers") takeBack(connection, stream);
        return;
      case "visibility":
        await restrict(change.postId, change.authorId, change.visibility);
    }
  }

  return {
    inbox: (connection, cursor, starting) => join(connection, streamOf.user(connection.userId), null, cursor, starting),
    async post(connection, postId, cursor, correlationId, starting) {
      const stream = streamOf.post(postId);
      const [post] = await readAccess(connection.userId, [postId], correlationId);
      if (post && !connection.hidden.has(post.authorId)) return join(connection, stream, post, cursor, starting);
      // What is left of a deleted post's log is only that it was deleted, which whoever followed it may learn.
      const { closed } = await readPage(query, stream, Number.MAX_SAFE_INTEGER, 1);
      if (!post && closed && cursor !== undefined) return join(connection, stream, null, cursor, starting);
      throw new Problem("not_found");
    },
    unfollow,
    unfollowAll(connection) {
      for (const stream of [...connection.follows.keys()]) unfollow(connection, stream);
    },
    async apply(changes) {
      for (const change of changes) await applyOne(change);
    },
    async applyCommitted() {
      if (lastChange === undefined) {
        const [row] = await query<{ last: number }>("SELECT coalesce(max(id), 0) AS last FROM access_change");
        lastChange = row?.last ?? 0;
        return;
      }
      const rows = await query<{ id: number; change: unknown }>("SELECT id, change FROM access_change WHERE id > $1 ORDER BY id LIMIT 1000", [lastChange]);
      for (const { id, change } of rows) {
        await applyOne(AccessChange.parse(change));
        lastChange = id;
      }
    },
  };
}
