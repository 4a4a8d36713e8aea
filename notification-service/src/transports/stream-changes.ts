import { invalidField, Problem, problemFromZod } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { type Followed, FollowedStreams, feedStream, type StreamChange, streamOf, subjectOf } from "@newfeed/shared/contracts/sockets.ts";
import { toProblem } from "@newfeed/shared/http/problems.ts";
import { reconnectAfterMs } from "@newfeed/shared/http/server-sent-events.ts";
import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import * as z from "zod";
import type { Following } from "../access/following.ts";
import { ConnectionClosed } from "../connections/connection.ts";
import { requireUser } from "../connections/visitors.ts";
import type { EpochOf } from "../streams/position.ts";
import type { MultiplexedConnection } from "./multiplexed-connection.ts";
import { noParameters } from "./sse-parameters.ts";
import { invalidCursor, readPositions } from "./sse-positions.ts";

/** `streams=post:<id>,post:<id>@<cursor>,user:me`; given several times, the lists are joined. */
export const multiplexedParameters = noParameters.extend({ streams: z.union([z.string(), z.array(z.string())]).optional() });

/**
 * The streams that a request asks for. With a position it is the position that names them, for what is followed may have
 * changed since the URL was made; one that cannot be read is answered with a reset of each stream that the URL names.
 * Throws `validation_failed`.
 */
export function readStreams({ streams }: z.output<typeof multiplexedParameters>, lastEventId: string | undefined, epochOf: EpochOf): Followed[] {
  const resumed = lastEventId === undefined ? undefined : readPositions(lastEventId, epochOf);
  if (resumed) return [...resumed].map(([stream, cursor]) => ({ stream, cursor }));
  const items = [streams ?? []].flat().join(",").split(",").filter(Boolean);
  if (items.length === 0) throw invalidField("streams", "must name at least one stream");
  const named = items.map((item) => {
    const [stream, cursor] = item.split("@");
    return { stream, ...(cursor !== undefined && { cursor }) };
  });
  const parsed = z.object({ streams: FollowedStreams }).safeParse({ streams: named });
  if (!parsed.success) throw problemFromZod(parsed.error);
  return lastEventId === undefined ? parsed.data.streams : parsed.data.streams.map(({ stream }) => ({ stream, cursor: invalidCursor }));
}

/**
 * The same with the user's id for `me`, each stream once. Throws `forbidden` for another user's inbox, unless a position of
 * that user's session names it: then it is reset to this user's.
 */
export function ofUser(userId: UserId, streams: readonly Followed[], resumed = false): Followed[] {
  const own = streams.map(({ stream, cursor }) =>
    resumed && stream.startsWith("user:") && stream !== streamOf.user(userId)
      ? { stream: streamOf.user(userId), cursor: invalidCursor }
      : { stream: ownName(userId, stream), cursor },
  );
  return [...new Map(own.map((item) => [item.stream, item])).values()];
}

export function ownName(userId: UserId, stream: string): string {
  if (stream === "user:me") return streamOf.user(userId);
  if (stream === feedStream) return stream;
  const subject = subjectOf(stream);
  if (subject.kind === "user" && subject.userId !== userId) throw new Problem("forbidden", { message: "You can only follow your own inbox." });
  return stream;
}

export interface StreamChangesOptions {
  following: Pick<Following, "inbox" | "post" | "unfollow">;
  logger: Logger;
}

/**
 * Changes what a connection follows, after earlier changes: first takes streams away, then adds others, one after the other.
 * What came of each is sent on the connection. Throws `rate_limited` when too many changes wait.
 */
export type ChangeStreams = (connection: MultiplexedConnection, change: StreamChange) => void;

const isTemporary = ({ status, code }: Problem) => status >= 500 || code === "rate_limited";

export function createChangeStreams({ following, logger }: StreamChangesOptions): ChangeStreams {
  function remove(connection: MultiplexedConnection, stream: string): void {
    if (stream === feedStream) connection.followsFeed = false;
    else following.unfollow(connection, stream);
    connection.unfollowed(stream, "removed");
  }

  async function add(connection: MultiplexedConnection, { stream, cursor }: Followed): Promise<void> {
    const started = (at: string) => connection.followed(stream, at);
    try {
      if (stream === feedStream) {
        requireUser(connection);
        connection.followsFeed = true;
        connection.followed(stream);
        connection.caughtUp(stream, {});
        return;
      }
      const subject = subjectOf(stream);
      const joined =
        subject.kind === "user" ? await following.inbox(connection, cursor, started) : await following.post(connection, subject.postId, cursor, started);
      if (connection.names(stream)) connection.caughtUp(stream, joined);
    } catch (error) {
      // Of a stream that was taken back meanwhile the client knows already.
      if (connection.closed || error instanceof ConnectionClosed || !connection.names(stream)) return;
      const problem = toProblem(error);
      if (isTemporary(problem)) throw error;
      connection.unfollowed(stream, "refused", problem);
    }
  }

  async function run(connection: MultiplexedConnection, change: StreamChange): Promise<void> {
    try {
      for (const stream of change.remove) remove(connection, stream);
      connection.expect(change.add);
      for (const followed of change.add) if (!connection.closed) await add(connection, followed);
    } catch (error) {
      logFailure(logger, "streams could not be followed; their client reconnects", error);
      connection.disconnect({ code: "service_unavailable", retryAfterMs: reconnectAfterMs(), resume: true });
    }
  }

  return (connection, change) => {
    const accepted = connection.enqueue(() => run(connection, change), bounds.followedStreamsPerSocket);
    if (!accepted) throw new Problem("rate_limited", { message: "Too many changes of this connection wait.", retryAfter: 1 });
  };
}
