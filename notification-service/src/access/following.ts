import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { hiddenFromEach } from "@newfeed/shared/projections/relations.ts";
import { batched } from "@newfeed/shared/runtime/batched.ts";
import { type Admission, immediateAdmission } from "../connections/admission.ts";
import type { Connection, FollowedPost } from "../connections/connection.ts";
import type { Connections } from "../connections/connections.ts";
import { requireUser } from "../connections/visitors.ts";
import type { Dispatcher } from "../streams/dispatcher.ts";
import type { Joined, OnStart } from "../streams/join.ts";
import { readPage } from "../streams/log-store.ts";
import { createAccessChanges } from "./access-changes.ts";
import { createAccessChecks } from "./access-checks.ts";
import { hasUnfollowed } from "./access-store.ts";
import { coalesced } from "./coalesced.ts";
import { createPendingChanges } from "./pending-changes.ts";

/** Asks post-service whether users may see a post each: what is known of it, or null. */
export type ReadAccess = (asked: readonly { viewer: UserId; postId: PostId }[]) => Promise<(FollowedPost | null)[]>;

/** Of clients that come at the same time, so many are asked about at once. */
const askedAtOnce = 64;

export interface FollowingOptions {
  query: Query;
  dispatcher: Pick<Dispatcher, "join" | "leave" | "followers">;
  connections: Pick<Connections, "ofUser" | "all" | "hide">;
  readAccess: ReadAccess;
  /** Where the access checks of clients that join wait. */
  admission?: Pick<Admission, "step">;
}

/** Which connections follow which streams, as long as they may. */
export interface Following {
  /** Reads which users are hidden from a connection, and keeps that up to date. It must be in `connections`, and follow nothing yet. */
  admit(connection: Connection): Promise<void>;
  /** Throws `unauthenticated` for a visitor. */
  inbox(connection: Connection, cursor: string | undefined, onStart?: OnStart): Promise<Joined>;
  /** Throws `not_found` for a post that the user may not see, `too_many_streams`. */
  post(connection: Connection, postId: PostId, cursor: string | undefined, onStart?: OnStart): Promise<Joined>;
  unfollow(connection: Connection, stream: string): void;
  unfollowAll(connection: Connection): void;
  /**
   * Takes back what users may no longer see, and detaches them: every access change that was committed before the call, on
   * any instance, is applied when this resolves, once, by what is true now.
   */
  applyPending(): Promise<void>;
}

/** post-service and this service receive follows each at its own time; they may differ for this long. */
const replicationLag = { tries: 20, pauseMs: 100 };

export function createFollowing({ query, dispatcher, connections, readAccess, admission = immediateAdmission }: FollowingOptions): Following {
  const checks = createAccessChecks();
  const hiddenFrom = batched((userIds: readonly UserId[]) => hiddenFromEach(query, userIds), askedAtOnce);
  const accessTo = batched(readAccess, askedAtOnce);
  const applyChange = createAccessChanges({ query, connections, unfollow });

  function unfollow(connection: Connection, stream: string): void {
    dispatcher.leave(connection, stream);
    connection.follows.delete(stream);
  }

  /** From here on access changes find the stream among the connection's follows. */
  function follow(connection: Connection, stream: string, post: FollowedPost | null): void {
    if (!connection.follows.has(stream) && connection.follows.size >= bounds.followedStreamsPerSocket)
      throw new Problem("too_many_streams", { message: `At most ${bounds.followedStreamsPerSocket} followed streams per connection.` });
    // Following again from another position starts over: a connection is attached once.
    dispatcher.leave(connection, stream);
    connection.follows.set(stream, post && shared(stream, post));
  }

  /** Followers of a post mostly know the same of it: then they share one object. */
  function shared(stream: string, { authorId, visibility, revision }: FollowedPost): FollowedPost {
    for (const { follows } of dispatcher.followers(stream)) {
      const known = follows.get(stream);
      if (known && known.authorId === authorId && known.visibility === visibility && known.revision === revision) return known;
      break;
    }
    return { authorId, visibility, revision };
  }

  async function join(connection: Connection, stream: string, cursor: string | undefined, onStart?: OnStart): Promise<Joined> {
    try {
      await confirmFollow(connection, stream);
      return await dispatcher.join(connection, stream, cursor, onStart);
    } catch (error) {
      connection.follows.delete(stream);
      throw error;
    }
  }

  /** post-service's answer may be older than the end of a follow that is known here, or newer than its renewal that is not. */
  async function confirmFollow({ userId, follows }: Connection, stream: string): Promise<void> {
    const post = follows.get(stream);
    if (post?.visibility !== "followers" || post.authorId === userId) return;
    for (let left = replicationLag.tries; await hasUnfollowed(query, userId, post.authorId); left--) {
      if (left === 0) throw new Problem("not_found");
      await sleep(replicationLag.pauseMs);
    }
  }

  /** What is left of a deleted post's log says only that it was deleted: its former followers may learn that. */
  async function requireDeleted(stream: string, cursor: string | undefined): Promise<void> {
    const { closed } = await readPage(query, stream, Number.MAX_SAFE_INTEGER, 1);
    if (!closed || cursor === undefined) throw new Problem("not_found");
  }

  return {
    admit: (connection) =>
      checks.run(
        { userId: connection.userId },
        () => admission.step(connection.network, () => hiddenFrom(connection.userId)),
        (hidden) => connections.hide(connection, hidden),
      ),
    async inbox(connection, cursor, onStart) {
      requireUser(connection);
      const stream = streamOf.user(connection.userId);
      follow(connection, stream, null);
      return join(connection, stream, cursor, onStart);
    },
    async post(connection, postId, cursor, onStart) {
      const stream = streamOf.post(postId);
      const { userId } = connection;
      const post = await checks.run(
        { userId, postId },
        () => admission.step(connection.network, () => accessTo({ viewer: userId, postId })),
        (post) => {
          if (post && connection.hidden.has(post.authorId)) throw new Problem("not_found");
          if (post) follow(connection, stream, post);
          return post;
        },
      );
      if (!post) {
        await requireDeleted(stream, cursor);
        follow(connection, stream, null);
      }
      return join(connection, stream, cursor, onStart);
    },
    unfollow,
    unfollowAll(connection) {
      for (const stream of [...connection.follows.keys()]) unfollow(connection, stream);
    },
    applyPending: coalesced(
      createPendingChanges(query, (change) => {
        checks.outdate(change);
        return applyChange(change);
      }),
    ),
  };
}
