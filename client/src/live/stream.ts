import type { NewFeedError } from "../errors.ts";
import { cursorOf, type LiveEvent, type StreamKey } from "./events.ts";
import { isAfter } from "./position.ts";

/** Why a subscription is over. */
export interface Ended {
  /**
   * `closed` by you · `deleted`: the post is gone · `retracted`: it may not be seen any more · `session`: nobody is signed
   * in any more · `refused`: it may not be followed, `error` says why
   */
  reason: "closed" | "deleted" | "retracted" | "session" | "refused";
  error?: NewFeedError;
}

/** Somebody who is given what a stream brings. */
export interface Follower {
  offer(event: LiveEvent): void;
  started(): void;
  finish(ended: Ended): void;
}

/**
 * One stream that this client follows, for as long as anybody here does. It is at one position, whatever connection
 * brings it: what is not after the position is dropped.
 */
export interface Stream {
  readonly key: StreamKey;
  readonly cursor: string | undefined;
  /** It has been live once. */
  readonly isStarted: boolean;
  readonly followers: Set<Follower>;
  /** True when it was news. */
  accept(event: LiveEvent): boolean;
  /** A connection has brought it to its live end; `cursor` is where that is, for one that had no position. */
  started(cursor: string | undefined): void;
  end(ended: Ended): void;
}

/** What a kind of stream does beside what all do. */
export interface StreamHooks {
  /** False for what is no news, where positions cannot tell. */
  admit?(event: LiveEvent): boolean;
  /** Each time that a connection has brought it to its live end. */
  started?(): void;
  ended?(): void;
}

export function createStream(key: StreamKey, from: string | undefined, hooks: StreamHooks, onEnd: () => void): Stream {
  let cursor = from;
  let isStarted = false;
  let isOver = false;
  const followers = new Set<Follower>();

  function end(ended: Ended): void {
    if (isOver) return;
    isOver = true;
    hooks.ended?.();
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
      // A reset may lead back.
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
