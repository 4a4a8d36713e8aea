import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { blockBetween, hiddenFrom } from "@newfeed/shared/projections/relations.ts";
import { type Admission, immediateAdmission } from "../connections/admission.ts";
import type { Connection, FollowedPost } from "../connections/connection.ts";
import type { Connections } from "../connections/connections.ts";
import type { AccessChange } from "../signals.ts";
import type { Dispatcher } from "../streams/dispatcher.ts";
import type { Joined, OnStart } from "../streams/join.ts";
import { readPage } from "../streams/log-store.ts";
import { createAccessLog, createRounds } from "./access-log.ts";

/** Asks post-service which of these posts somebody may see; what is missing in the answer, they may not. */
export type ReadAccess = (viewer: string, postIds: string[]) => Promise<({ id: string } & FollowedPost)[]>;

export interface FollowingOptions {
  query: Query;
  dispatcher: Pick<Dispatcher, "join" | "leave" | "followers">;
  connections: Pick<Connections, "ofUser" | "all" | "hide">;
  readAccess: ReadAccess;
  /** Where the access checks of clients that join wait. */
  admission?: Pick<Admission, "step">;
}

/** Who follows which streams, and may go on doing so. */
export interface Following {
  /** Learns whom a connection must not see, and keeps that up to date: for one that is in `connections`, before it follows anything. */
  admit(connection: Connection): Promise<void>;
  inbox(connection: Connection, cursor: string | undefined, onStart?: OnStart): Promise<Joined>;
  /** Throws `not_found` for a post that the user may not see, `too_many_streams`. */
  post(connection: Connection, postId: string, cursor: string | undefined, onStart?: OnStart): Promise<Joined>;
  unfollow(connection: Connection, stream: string): void;
  unfollowAll(connection: Connection): void;
  /**
   * Takes back what somebody may no longer see, and detaches them: every change of access that was committed before the
   * call, wherever that happened, is applied when this resolves, once, by what is true now.
   */
  settle(): Promise<void>;
}

/** Something asked about a user, and perhaps a post, whose answer a change of access may overtake. */
interface Question {
  userId: string;
  postId?: string;
  outdated: boolean;
}

/** post-service and we hear of follows each in our own time; this long both may differ. */
const disagreement = { tries: 20, pauseMs: 100 };

const postIdOf = (stream: string) => stream.slice("post:".length);

export function createFollowing({ query, dispatcher, connections, readAccess, admission = immediateAdmission }: FollowingOptions): Following {
  const questions = new Set<Question>();

  /** Asks until no change of access came between question and answer; `use` takes the answer in the same turn. */
  async function ask<T, R>(about: Omit<Question, "outdated">, read: () => Promise<T>, use: (answer: T) => R): Promise<R> {
    for (;;) {
      const question: Question = { ...about, outdated: false };
      questions.add(question);
      try {
        const answer = await read();
        if (!question.outdated) return use(answer);
      } finally {
        questions.delete(question);
      }
    }
  }

  /** From here on changes of access find the stream among the connection's follows. */
  function follow(connection: Connection, stream: string, facts: FollowedPost | null): void {
    if (!connection.follows.has(stream) && connection.follows.size >= bounds.followedStreamsPerSocket)
      throw new Problem("too_many_streams", { message: `At most ${bounds.followedStreamsPerSocket} followed streams per connection.` });
    // Following again from another position starts over: nobody is attached twice.
    dispatcher.leave(connection, stream);
    connection.follows.set(stream, facts && sharedFacts(stream, facts));
  }

  /** Those who follow a post mostly know the same of it: then they share one object. */
  function sharedFacts(stream: string, { authorId, visibility, revision }: FollowedPost): FollowedPost {
    for (const { follows } of dispatcher.followers(stream)) {
      const known = follows.get(stream);
      if (known && known.authorId === authorId && known.visibility === visibility && known.revision === revision) return known;
      break;
    }
    return { authorId, visibility, revision };
  }

  async function join(connection: Connection, stream: string, cursor: string | undefined, onStart?: OnStart) {
    try {
      await requireFollower(connection, stream);
      return await dispatcher.join(connection, stream, cursor, onStart);
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
    connection.endStream(stream);
  }

  function followedPosts(connection: Connection) {
    return [...connection.follows].flatMap(([stream, facts]) => (facts ? [{ stream, facts }] : []));
  }

  async function hide(userId: string, otherId: string): Promise<void> {
    const concerned = [...connections.ofUser(userId)].filter((connection) => !connection.hidden.has(otherId));
    for (const connection of concerned) connections.hide(connection, new Set([...connection.hidden, otherId]));
    for (const connection of [...connections.ofUser(userId)])
      for (const { stream, facts } of followedPosts(connection)) if (facts.authorId === otherId) takeBack(connection, stream);
    const streams = [...new Set(concerned.flatMap((connection) => followedPosts(connection).map(({ stream }) => stream)))];
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

  function show(userId: string, otherId: string): void {
    for (const connection of [...connections.ofUser(userId)])
      if (connection.hidden.has(otherId)) connections.hide(connection, new Set([...connection.hidden].filter((id) => id !== otherId)));
  }

  /** By what is true now: the block may have been lifted since, or stand in the other direction. */
  async function relate(one: string, other: string): Promise<void> {
    if (connections.ofUser(one).size + connections.ofUser(other).size === 0) return;
    const [row] = await query<{ blocked: boolean }>(`SELECT ${blockBetween("$1::uuid", "$2::uuid")} AS blocked`, [one, other]);
    for (const [userId, otherId] of [
      [one, other],
      [other, one],
    ] as const)
      if (row?.blocked) await hide(userId, otherId);
      else show(userId, otherId);
  }

  /** We know that they once followed, and that it has ended. */
  async function hasUnfollowed(followerId: string, authorId: string): Promise<boolean> {
    const rows = await query("SELECT 1 FROM projection.follow WHERE follower_id = $1::uuid AND followee_id = $2::uuid AND NOT active", [followerId, authorId]);
    return rows.length > 0;
  }

  /** What is for followers, as long as we too know of the follow, or never heard of it: the answer that it was allowed by may be older. */
  async function requireFollower({ userId, follows }: Connection, stream: string): Promise<void> {
    const facts = follows.get(stream);
    if (facts?.visibility !== "followers" || facts.authorId === userId) return;
    for (let left = disagreement.tries; await hasUnfollowed(userId, facts.authorId); left--) {
      if (left === 0) throw new Problem("not_found");
      await sleep(disagreement.pauseMs);
    }
  }

  async function cutOff(followerId: string, authorId: string): Promise<void> {
    const concerned = () =>
      [...connections.ofUser(followerId)].flatMap((connection) =>
        followedPosts(connection)
          .filter(({ facts }) => facts.authorId === authorId && facts.visibility !== "public")
          .map(({ stream }) => ({ connection, stream })),
      );
    if (concerned().length === 0 || !(await hasUnfollowed(followerId, authorId))) return;
    for (const { connection, stream } of concerned()) takeBack(connection, stream);
  }

  async function restrict(postId: string, now: { authorId: string; visibility: string; revision: number }): Promise<void> {
    const stream = streamOf.post(postId);
    const concerned = [...connections.all()].filter((connection) => (connection.follows.get(stream)?.revision ?? now.revision) < now.revision);
    for (const connection of concerned) connection.follows.set(stream, now);
    if (now.visibility === "public" || concerned.length === 0) return;
    // What a newer instance means by another name is not known here: who follows again is asked about again.
    const rows =
      now.visibility === "followers"
        ? await query<{ follower_id: string }>(
            "SELECT follower_id FROM projection.follow WHERE followee_id = $1::uuid AND active AND follower_id = ANY($2::uuid[])",
            [now.authorId, concerned.map((connection) => connection.userId)],
          )
        : [];
    const may = new Set([now.authorId, ...rows.map((row) => row.follower_id)]);
    for (const connection of concerned) if (!may.has(connection.userId) && connection.follows.has(stream)) takeBack(connection, stream);
  }

  async function apply(change: AccessChange): Promise<void> {
    const userIds: readonly string[] = change.kind === "unfollow" ? [change.followerId] : change.kind === "visibility" ? [] : change.userIds;
    for (const question of questions)
      if (userIds.includes(question.userId) || (change.kind === "visibility" && question.postId === change.postId)) question.outdated = true;
    switch (change.kind) {
      case "block":
      case "unblock":
        return relate(...change.userIds);
      case "unfollow":
        return cutOff(change.followerId, change.authorId);
      case "visibility":
        return restrict(change.postId, change);
    }
  }

  return {
    admit: (connection) =>
      ask(
        { userId: connection.userId },
        () => admission.step(() => hiddenFrom(query, connection.userId)),
        (hidden) => connections.hide(connection, hidden),
      ),
    inbox(connection, cursor, onStart) {
      const stream = streamOf.user(connection.userId);
      follow(connection, stream, null);
      return join(connection, stream, cursor, onStart);
    },
    async post(connection, postId, cursor, onStart) {
      const stream = streamOf.post(postId);
      const { userId } = connection;
      const post = await ask(
        { userId, postId },
        () => admission.step(() => readAccess(userId, [postId])),
        ([post]) => {
          if (post && connection.hidden.has(post.authorId)) throw new Problem("not_found");
          if (post) follow(connection, stream, post);
          return post;
        },
      );
      if (!post) {
        // What is left of a deleted post's log is only that it was deleted, which whoever followed it may learn.
        const { closed } = await readPage(query, stream, Number.MAX_SAFE_INTEGER, 1);
        if (!closed || cursor === undefined) throw new Problem("not_found");
        follow(connection, stream, null);
      }
      return join(connection, stream, cursor, onStart);
    },
    unfollow,
    unfollowAll(connection) {
      for (const stream of [...connection.follows.keys()]) unfollow(connection, stream);
    },
    settle: createRounds(createAccessLog(query, apply)),
  };
}
