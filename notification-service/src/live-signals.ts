import type { Trend } from "@newfeed/shared/contracts/dto.ts";
import type { EventPost } from "@newfeed/shared/contracts/event-data.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf, subjectOf } from "@newfeed/shared/contracts/sockets.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Signals } from "@newfeed/shared/ports/signals.ts";
import { readersAmong } from "./access/access-store.ts";
import type { SignalData } from "./connections/connection.ts";
import type { Connections } from "./connections/connections.ts";
import { listenTo, type Muted, type RemovedRepost } from "./signals.ts";
import type { Dispatcher } from "./streams/dispatcher.ts";

/** Clients accept values that only a newer contract lists. */
type StreamPost = SignalData<"new_post">["post"];

const countsEveryMs = 1_000;

export interface LiveSignalsOptions {
  query: Query;
  signals: Signals;
  dispatcher: Pick<Dispatcher, "followers">;
  connections: Pick<Connections, "users" | "ofUser" | "all">;
  logger: Logger;
}

/** A repost of a public post. */
export interface NewRepost {
  postId: PostId;
  postAuthorId: UserId;
  userId: UserId;
}

/** What clients of all instances receive beside the entries of streams. It may be lost, and holds nothing that a fetch does not. */
export interface LiveSignals {
  /** `new_post`, to those of the author's followers who follow their feed, and do not mute the author. */
  newPost(post: EventPost): void;
  /** `new_repost`, to the followers of who made it, but for the author and those who do not see the author. */
  newRepost(repost: NewRepost): void;
  /** `repost_removed`, to the followers of who had made it. */
  repostRemoved(repost: RemovedRepost): void;
  /** `trends`, to all who follow their feed. */
  trends(trends: Trend[]): void;
  /** `post_liked`, to the followers of the post's stream: at most one a second for each post, with the latest count. */
  liked(postId: PostId, likeCount: number): void;
  /** `post_reposted`, in the same way. */
  reposted(postId: PostId, repostCount: number): void;
  /** The same of a poll: `poll_voted`, with the votes for each option. */
  voted(postId: PostId, votes: number[]): void;
  /** `pinned_changed`, to those who follow a post of the user's. */
  pinned(userId: UserId): void;
  /** `user_muted`, to the one who mutes, where they follow their inbox: lists of posts go by it. */
  muted(mute: Muted): void;
  close(): void;
}

export function createLiveSignals({ query, signals, dispatcher, connections, logger }: LiveSignalsOptions): LiveSignals {
  /** Connections that follow the feeds of a user's followers who do not mute them. */
  async function feedsOfFollowers(followeeId: UserId) {
    const followingFeed = (userId: UserId) => [...connections.ofUser(userId)].filter(({ followsFeed }) => followsFeed);
    const users = [...connections.users()].filter((userId) => userId !== followeeId && followingFeed(userId).length > 0);
    if (users.length === 0) return [];
    return (await readersAmong(query, followeeId, users)).flatMap(followingFeed);
  }

  async function deliverPost(post: EventPost): Promise<void> {
    // The audience of a visibility that only newer instances know is not known here.
    if (post.visibility !== "public" && post.visibility !== "followers") return;
    for (const connection of await feedsOfFollowers(post.author.id))
      if (!connection.hidden.has(post.author.id)) connection.signal("new_post", { post: post as StreamPost });
  }
  const deliverPostOrWarn = (post: EventPost) => void deliverPost(post).catch((error: unknown) => logFailure(logger, "a new post was not announced", error));

  async function deliverRepost({ postId, postAuthorId, userId }: NewRepost): Promise<void> {
    for (const connection of await feedsOfFollowers(userId))
      if (connection.userId !== postAuthorId && !connection.hidden.has(userId) && !connection.hidden.has(postAuthorId))
        connection.signal("new_repost", { postId, userId });
  }
  const deliverRepostOrWarn = (repost: NewRepost) =>
    void deliverRepost(repost).catch((error: unknown) => logFailure(logger, "a new repost was not announced", error));

  async function deliverRemoval({ userId, postId, postAuthorId }: RemovedRepost): Promise<void> {
    for (const connection of await feedsOfFollowers(userId)) connection.signal("repost_removed", { userId, postId, postAuthorId });
  }
  const deliverRemovalOrWarn = (repost: RemovedRepost) =>
    void deliverRemoval(repost).catch((error: unknown) => logFailure(logger, "the end of a repost was not announced", error));

  function deliverTrends(trends: Trend[]): void {
    for (const userId of connections.users())
      for (const connection of connections.ofUser(userId)) if (connection.followsFeed) connection.signal("trends", { trends });
  }

  function deliverMute({ muterId, userId, muted, until }: Muted): void {
    for (const connection of connections.ofUser(muterId))
      if (connection.follows.has(streamOf.user(muterId))) connection.signal("user_muted", { userId, muted, until });
  }

  /** Once to each connection, of one of the posts that it follows. */
  function deliverPin(userId: UserId): void {
    for (const connection of connections.all()) {
      const [stream] = [...connection.follows].find(([, post]) => post?.authorId === userId) ?? [];
      const subject = stream === undefined ? undefined : subjectOf(stream);
      if (subject?.kind === "post") connection.signal("pinned_changed", { postId: subject.postId, userId });
    }
  }

  const deliverCounts =
    <T extends "post_liked" | "post_reposted" | "poll_voted">(type: T) =>
    (count: SignalData<T> & { postId: PostId }): void => {
      for (const connection of dispatcher.followers(streamOf.post(count.postId))) connection.signal(type, count);
    };
  const [deliverLikes, deliverReposts, deliverVotes] = [deliverCounts("post_liked"), deliverCounts("post_reposted"), deliverCounts("poll_voted")];

  const [latestLikes, latestReposts, latestVotes] = [new Map<PostId, number>(), new Map<PostId, number>(), new Map<PostId, number[]>()];
  const timer = setInterval(() => {
    for (const [postId, likeCount] of latestLikes) {
      deliverLikes({ postId, likeCount });
      signals.send("post_liked", { postId, likeCount });
    }
    for (const [postId, repostCount] of latestReposts) {
      deliverReposts({ postId, repostCount });
      signals.send("post_reposted", { postId, repostCount });
    }
    for (const [postId, votes] of latestVotes) {
      deliverVotes({ postId, votes });
      signals.send("poll_voted", { postId, votes });
    }
    latestLikes.clear();
    latestReposts.clear();
    latestVotes.clear();
  }, countsEveryMs);

  const disposers = [
    listenTo(signals, "post_liked", logger, deliverLikes),
    listenTo(signals, "post_reposted", logger, deliverReposts),
    listenTo(signals, "poll_voted", logger, deliverVotes),
    listenTo(signals, "new_post", logger, ({ post }) => deliverPostOrWarn(post)),
    listenTo(signals, "user_muted", logger, deliverMute),
    listenTo(signals, "pinned", logger, ({ userId }) => deliverPin(userId)),
    listenTo(signals, "new_repost", logger, deliverRepostOrWarn),
    listenTo(signals, "repost_removed", logger, deliverRemovalOrWarn),
    listenTo(signals, "trends", logger, ({ trends }) => deliverTrends(trends)),
  ];

  return {
    newPost(post) {
      signals.send("new_post", { post });
      deliverPostOrWarn(post);
    },
    newRepost(repost) {
      signals.send("new_repost", { ...repost });
      deliverRepostOrWarn(repost);
    },
    repostRemoved(repost) {
      signals.send("repost_removed", { ...repost });
      deliverRemovalOrWarn(repost);
    },
    trends(trends) {
      signals.send("trends", { trends });
      deliverTrends(trends);
    },
    pinned(userId) {
      signals.send("pinned", { userId });
      deliverPin(userId);
    },
    muted(mute) {
      signals.send("user_muted", mute);
      deliverMute(mute);
    },
    liked: (postId, likeCount) => void latestLikes.set(postId, likeCount),
    voted: (postId, votes) => void latestVotes.set(postId, votes),
    reposted: (postId, repostCount) => void latestReposts.set(postId, repostCount),
    close() {
      clearInterval(timer);
      for (const dispose of disposers) dispose();
    },
  };
}
