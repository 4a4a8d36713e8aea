import { randomUUID } from "node:crypto";
import type { SessionId } from "@newfeed/shared/contracts/ids.ts";
import { currentContext, currentCorrelationId, runInContext } from "@newfeed/shared/ports/context.ts";
import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Signals } from "@newfeed/shared/ports/signals.ts";
import type * as z from "zod";
import type { Following } from "./access/following.ts";
import type { Outcome } from "./handlers.ts";
import { createLiveSignals, type LiveSignalsOptions } from "./live-signals.ts";
import { listenTo, type topics } from "./signals.ts";
import type { Dispatcher } from "./streams/dispatcher.ts";
import type { Appended } from "./streams/log.ts";

const sendersRemembered = 1_000;

export interface LiveOptions extends LiveSignalsOptions {
  signals: Signals;
  dispatcher: Pick<Dispatcher, "hint" | "followers">;
  following: Pick<Following, "applyPending">;
  logger: Logger;
  endSession: (sessionId: SessionId) => void;
}

/** Delivers what was committed to the clients of this instance, and signals it to the other instances. */
export interface Live {
  committed(outcome: Outcome): void;
  /** Entries that a request or a job appended. */
  appended(appended: readonly Appended[]): void;
  close(): void;
}

export function createLive(options: LiveOptions): Live {
  const { signals, dispatcher, following, logger, endSession } = options;
  const from = randomUUID();
  const liveSignals = createLiveSignals(options);
  let sent = 0;
  let inOrder: Promise<void> = Promise.resolve();
  let waiting = 0;

  /** Access changes are applied before anything newer is delivered; nothing overtakes that. */
  function deliver(accessChanged: boolean, appended: readonly Appended[]): void {
    if (!accessChanged && waiting === 0) {
      dispatcher.hint(appended);
      return;
    }
    waiting++;
    inOrder = inOrder
      .then(() => (accessChanged ? following.applyPending() : undefined))
      .then(() => dispatcher.hint(appended))
      .catch((error: unknown) => logFailure(logger, "an access change could not be applied; the next comparison with the log does it", error))
      .finally(() => {
        waiting--;
      });
  }

  function publish(accessChanged: boolean, appended: readonly Appended[]): void {
    if (!accessChanged && appended.length === 0) return;
    signals.send("committed", { from, number: ++sent, accessChanged, appended, traceparent: currentContext()?.traceparent });
    deliver(accessChanged, appended);
  }

  /** The last number received from each sender. A missing signal may have announced an access change. */
  const lastNumbers = new Map<string, number>();
  function receive({ from, number, accessChanged, appended, traceparent }: z.output<typeof topics.committed>): void {
    const missed = number !== (lastNumbers.get(from) ?? 0) + 1;
    if (!lastNumbers.has(from) && lastNumbers.size >= sendersRemembered) lastNumbers.clear();
    lastNumbers.set(from, number);
    const work = () => deliver(accessChanged || missed, appended);
    if (traceparent) runInContext({ correlationId: currentCorrelationId(), traceparent }, work);
    else work();
  }
  const stopListening = listenTo(signals, "committed", logger, receive);

  return {
    committed({ appended, accessChanges, likes, reposts, polls, newReposts, removedReposts, mutes, pins, published, trends, endedSessions }) {
      publish(accessChanges.length > 0, appended);
      for (const { postId, likeCount } of likes) liveSignals.liked(postId, likeCount);
      for (const { postId, repostCount } of reposts) liveSignals.reposted(postId, repostCount);
      for (const { postId, votes } of polls) liveSignals.voted(postId, votes);
      for (const mute of mutes) liveSignals.muted(mute);
      for (const userId of new Set(pins)) liveSignals.pinned(userId);
      for (const post of published) liveSignals.newPost(post);
      for (const repost of newReposts) liveSignals.newRepost(repost);
      for (const repost of removedReposts) liveSignals.repostRemoved(repost);
      if (trends) liveSignals.trends(trends);
      for (const sessionId of endedSessions) endSession(sessionId);
    },
    appended: (appended) => publish(false, appended),
    close() {
      stopListening();
      liveSignals.close();
    },
  };
}
