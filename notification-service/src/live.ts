import { randomUUID } from "node:crypto";
import type { EventPost } from "@newfeed/shared/contracts/event-data.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Signals } from "@newfeed/shared/ports/signals.ts";
import type * as z from "zod";
import type { Following } from "./access/following.ts";
import type { SignalData } from "./connections/connection.ts";
import type { Connections } from "./connections/connections.ts";
import type { Outcome } from "./handlers.ts";
import { listenTo, type topics } from "./signals.ts";
import type { Dispatcher } from "./streams/dispatcher.ts";
import type { Appended } from "./streams/log.ts";

/** Clients take names that are newer than the contract's. */
type StreamPost = SignalData<"new_post">["post"];

const likesEveryMs = 1_000;
const sendersRemembered = 1_000;

export interface LiveOptions {
  query: Query;
  signals: Signals;
  dispatcher: Dispatcher;
  following: Following;
  connections: Connections;
  logger: Logger;
  endSession: (sessionId: string) => void;
}

/** Takes what was committed to the clients of this instance, and tells the other instances. */
export interface Live {
  committed(outcome: Outcome): void;
  /** Entries that a request appended. */
  appended(appended: readonly Appended[]): void;
  close(): void;
}

export function createLive({ query, signals, dispatcher, following, connections, logger, endSession }: LiveOptions): Live {
  const from = randomUUID();
  let sent = 0;
  let inOrder: Promise<void> = Promise.resolve();
  let waiting = 0;

  /** Who may see what is settled before anything new is shown; nothing overtakes that. */
  function deliver(accessChanged: boolean, appended: readonly Appended[]): void {
    if (!accessChanged && waiting === 0) {
      dispatcher.hint(appended);
      return;
    }
    waiting++;
    inOrder = inOrder
      .then(() => (accessChanged ? following.settle() : undefined))
      .then(() => dispatcher.hint(appended))
      .catch((error: unknown) => logger.warn("a change of access could not be applied; the next tick does it", { error }))
      .finally(() => {
        waiting--;
      });
  }

  async function showNewPost(post: EventPost): Promise<void> {
    // For whom a post is that a newer instance calls otherwise is not known here.
    if (post.visibility !== "public" && post.visibility !== "followers") return;
    const users = [...connections.users()].filter(
      (userId) => userId !== post.author.id && [...connections.ofUser(userId)].some((connection) => connection.followsFeed),
    );
    if (users.length === 0) return;
    const rows = await query<{ follower_id: string }>(
      "SELECT follower_id FROM projection.follow WHERE followee_id = $1::uuid AND active AND follower_id = ANY($2::uuid[])",
      [post.author.id, users],
    );
    for (const { follower_id } of rows)
      for (const connection of connections.ofUser(follower_id))
        if (connection.followsFeed && !connection.hidden.has(post.author.id)) connection.signal("new_post", { post: post as StreamPost });
  }
  const newPost = (post: EventPost) => void showNewPost(post).catch((error: unknown) => logger.warn("a new post was not announced", { error }));

  const showLikes = (like: { postId: string; likeCount: number }) => {
    for (const connection of dispatcher.followers(streamOf.post(like.postId))) connection.signal("post_liked", like);
  };

  /** The latest count of each post that was liked within this second. */
  const likes = new Map<string, number>();
  const timer = setInterval(() => {
    for (const [postId, likeCount] of likes) {
      showLikes({ postId, likeCount });
      signals.send("post_liked", { postId, likeCount });
    }
    likes.clear();
  }, likesEveryMs);

  /** The last number that each sender's signals had here. One that is missing may have told of a change of access. */
  const heard = new Map<string, number>();
  function hear({ from, number, accessChanged, appended }: z.output<typeof topics.committed>): void {
    const missed = number !== (heard.get(from) ?? 0) + 1;
    if (!heard.has(from) && heard.size >= sendersRemembered) heard.clear();
    heard.set(from, number);
    deliver(accessChanged || missed, appended);
  }

  const unlisten = [
    listenTo(signals, "committed", logger, hear),
    listenTo(signals, "post_liked", logger, showLikes),
    listenTo(signals, "new_post", logger, ({ post }) => newPost(post)),
  ];

  function publish(accessChanged: boolean, appended: readonly Appended[]) {
    if (!accessChanged && appended.length === 0) return;
    signals.send("committed", { from, number: ++sent, accessChanged, appended });
    deliver(accessChanged, appended);
  }

  return {
    committed({ appended, accessChanges, likes: counted, published, endedSessions }) {
      publish(accessChanges.length > 0, appended);
      for (const { postId, likeCount } of counted) likes.set(postId, likeCount);
      for (const post of published) {
        signals.send("new_post", { post });
        newPost(post);
      }
      for (const sessionId of endedSessions) endSession(sessionId);
    },
    appended: (appended) => publish(false, appended),
    close() {
      clearInterval(timer);
      for (const stop of unlisten) stop();
    },
  };
}
