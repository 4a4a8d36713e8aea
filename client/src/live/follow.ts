import type { Backoff } from "../backoff.ts";
import type { FeedCalls } from "../calls/content.ts";
import { type Http, unwrap } from "../http.ts";
import type { Observable } from "../observable.ts";
import type { Session } from "../session.ts";
import type { Account, StreamEntries } from "../types.ts";
import type { FeedEvent, InboxEvent, LiveEvent, PostEvent, StreamKey } from "./events.ts";
import { createFeedGaps } from "./feed-gaps.ts";
import { type ConnectionState, createHub, type TransportChoice } from "./hub.ts";
import { socketWire } from "./socket-wire.ts";
import { sseWire } from "./sse-wire.ts";
import type { Stream, StreamHooks } from "./stream.ts";
import { createSubscription, type Subscription, type SubscriptionOptions } from "./subscription.ts";

export interface FollowOptions extends SubscriptionOptions {
  /** Where to start: a list's `streamCursor`, or an earlier subscription's `cursor`. From now on when absent. */
  cursor?: string | null | undefined;
}

export interface FeedOptions extends SubscriptionOptions {
  /** @deprecated Event streams carry new posts too: nothing is polled. */
  askEveryMs?: number;
}

export interface Follow {
  /** Comments and changes of a post. */
  post(id: string, options?: FollowOptions): Subscription<PostEvent>;
  /** The user's notifications. */
  inbox(options?: FollowOptions): Subscription<InboxEvent>;
  /** New posts by the authors that the user follows. Missed ones are fetched; their order is not guaranteed. */
  feed(options?: FeedOptions): Subscription<FeedEvent>;
}

export interface Live {
  follow: Follow;
  connection: Observable<ConnectionState>;
  close(): void;
}

interface LiveOptions {
  baseUrl: string;
  transport: TransportChoice;
  http: Http;
  session: Session;
  home: FeedCalls["home"];
  me: () => Promise<Account>;
  backoff: Backoff;
}

export function createLive({ baseUrl, transport, http, session, home, me, backoff }: LiveOptions): Live {
  const hub = createHub({ transport, session, backoff, wires: { socket: socketWire(baseUrl, session, backoff), sse: sseWire(baseUrl, session, http.fetch) } });

  async function nameOf(key: StreamKey): Promise<string> {
    return key === "inbox" ? `user:${(session.state.user ?? (await me())).id}` : key;
  }

  function follow<E extends LiveEvent>(key: StreamKey, { cursor, ...options }: FollowOptions & FeedOptions): Subscription<E> {
    const from = cursor ?? undefined;
    const stream = hub.follow(key, from, key === "feed" ? feedHooks : undefined);
    return createSubscription<E>(
      {
        stream,
        position: from ?? stream.cursor,
        readLog:
          key === "feed"
            ? undefined
            : async (after): Promise<StreamEntries> =>
                unwrap(http.api.GET("/api/v1/streams/{name}/entries", { params: { path: { name: await nameOf(key) }, query: { after, limit: 500 } } })),
        overflow: () => ({ type: "reset", stream: key, reason: "overflow", refetch: ["/api/v1/feed"] }),
        left() {
          if (stream.followers.size === 0) hub.leave(stream);
        },
      },
      options,
    );
  }

  /** Fills the feed's gaps for as long as it is followed. */
  function feedHooks(accept: Stream["accept"]): StreamHooks {
    const gaps = createFeedGaps(home, () => session.state.user?.id, accept);
    return {
      admit: (event) => event.type !== "new_post" || gaps.isNew(event.post.id),
      started: () => void gaps.fill(),
    };
  }

  return {
    follow: {
      post: (id, options = {}) => follow(`post:${id}`, options),
      inbox: (options = {}) => follow("inbox", options),
      feed: (options = {}) => follow("feed", options),
    },
    connection: hub.connection,
    close: hub.close,
  };
}
