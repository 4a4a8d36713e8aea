import type { NewFeedError } from "../errors.ts";
import { cursorOf, type LiveEvent, type StreamKey } from "./events.ts";
import { isAfter } from "./position.ts";

/** Why a subscription is over. */
export interface Ended {
  /**
   * `closed` by you · `deleted`: the post is gone · `retracted`: the user may not see it any more · `session`: the user is
   * signed out · `refused`: it may not be followed, `error` says why
   */
  reason: "closed" | "deleted" | "retracted" | "session" | "refused";
  error?: NewFeedError;
}

/** A receiver of a stream's events. */
export interface Follower {
  offer(event: LiveEvent): void;
  started(): void;
  finish(ended: Ended): void;
}

/**
 * One stream that this client follows, for all its subscriptions. It has one position, whatever connection delivers it:
 * what is not after the position is dropped.
 */
export interface Stream {
  readonly key: StreamKey;
  readonly cursor: string | undefined;
  /** It has been live before. */
  readonly isStarted: boolean;
  readonly followers: Set<Follower>;
  /** True when the event was new. */
  accept(event: LiveEvent): boolean;
  /** A connection has caught up with the stream; `cursor` is where that is, for a stream without a position. */
  started(cursor: string | undefined): void;
  end(ended: Ended): void;
}

/** What a kind of stream does in addition. */
export interface StreamHooks {
  /** False for a repetition, in a stream without positions. */
  admit?(event: LiveEvent): boolean;
  /** Each time that a connection has caught up. */
  started?(): void;
}

export function createStream(key: StreamKey, from: string | undefined, hooks: StreamHooks, onEnd: () => void): Stream {
  let cursor = from;
  let isStarted = false;
  let isOver = false;
  const followers = new Set<Follower>();

  function end(ended: Ended): void {
    if (isOver) return;
    isOver = true;
    onEnd();
    for (const follower of [...followers]) follower.finish(ended);
    followers.clear();
  }

  return {
    key,
    get cursor() {
      return cursor;
    },
    get isStarted() {
      return isStarted;
    },
    followers,
    accept(event) {
      if (isOver) return false;
      const position = cursorOf(event);
      // A reset may go back.
      if (event.type !== "reset" && position !== undefined && !isAfter(position, cursor)) return false;
      if (hooks.admit?.(event) === false) return false;
      cursor = position ?? cursor;
      for (const follower of [...followers]) follower.offer(event);
      if (event.type === "post_deleted") end({ reason: "deleted" });
      else if (event.type === "retract" && event.items.some(({ type, id }) => type === "post" && key === `post:${id}`)) end({ reason: "retracted" });
      return true;
    },
    started(at) {
      cursor ??= at;
      isStarted = true;
      hooks.started?.();
      for (const follower of [...followers]) follower.started();
    },
    end,
  };
}
