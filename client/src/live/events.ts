import type { components } from "../contract.gen.ts";

type Schemas = components["schemas"];

/** A comment as a stream delivers it: the same for every viewer, so without `likedByMe`. */
export type LiveComment = Schemas["live_new_comment"]["comment"];
export type LivePost = Schemas["live_post_updated"]["post"];
export type LiveNotification = Omit<Schemas["live_notification"], "unreadCount" | "cursor">;

/** Items that this user may no longer see, or that are gone: take them off the screen. */
export type RetractEvent = { type: "retract" } & Schemas["live_retract"];

/**
 * The position is too old, or of another log, so the entries in between are not delivered. Fetch `refetch` again; the
 * stream goes on from `cursor` by itself. `overflow`: this program was too slow for a stream that has no log.
 */
export interface ResetEvent {
  type: "reset";
  stream: string;
  reason: Schemas["live_reset"]["reason"] | "overflow";
  /** What to fetch again. */
  refetch: string[];
  cursor?: string;
}

export type PostEvent =
  | ({ type: "comment_created" } & Schemas["live_new_comment"])
  | ({ type: "comment_updated" } & Schemas["live_comment_updated"])
  | ({ type: "comment_deleted" } & Schemas["live_comment_deleted"])
  | ({ type: "post_updated" } & Schemas["live_post_updated"])
  | ({ type: "post_deleted" } & Schemas["live_post_deleted"])
  /** A signal, at most one per second: may be lost. */
  | ({ type: "post_liked" } & Schemas["live_post_liked"])
  | ({ type: "post_reposted" } & Schemas["live_post_reposted"])
  /** A signal, too: the votes for each option, in order. */
  | ({ type: "poll_voted" } & Schemas["live_poll_voted"])
  /** A signal, too: its author's profile shows another post first, or none. */
  | ({ type: "pinned_changed" } & Schemas["live_pinned_changed"])
  | RetractEvent
  | ResetEvent;

export type InboxEvent =
  | { type: "notification"; notification: LiveNotification; unreadCount: number; cursor: string }
  /** Shown and counted like any other, and nothing to call attention to: a like taken back and given again, an edited text. */
  | { type: "notification_updated"; notification: LiveNotification; unreadCount: number; cursor: string }
  | ({ type: "notification_read" } & Schemas["live_notification_read"])
  /** The user has muted somebody, or lifted a mute, here or elsewhere: what lists hold has changed. */
  | ({ type: "user_muted" } & Schemas["live_user_muted"])
  | RetractEvent
  | ResetEvent;

export type FeedEvent =
  | ({ type: "new_post" } & Schemas["live_new_post"])
  /** Whom the user follows has reposted a post; a fetch of the feed says whether it is new there. */
  | ({ type: "new_repost" } & Schemas["live_new_repost"])
  /** Reposts are gone from the feed: of one post; without `postId` all of that user's, or those of one author's posts. */
  | ({ type: "repost_removed" } & Schemas["live_repost_removed"])
  /** Tags that are talked of now. */
  | ({ type: "trends" } & Schemas["live_trends"])
  | ResetEvent;

export type LiveEvent = PostEvent | InboxEvent | FeedEvent;

/** A client's name for a stream. */
export type StreamKey = `post:${string}` | "inbox" | "feed";

export type Closing = Schemas["live_closing"];

/** Names on the wire that differ from ours; one entry has two, by transport. */
const renamed: Record<string, string> = { new_comment: "comment_created", comment_added: "comment_created" };
const ofPosts = new Set([
  "comment_created",
  "comment_updated",
  "comment_deleted",
  "post_updated",
  "post_deleted",
  "post_liked",
  "post_reposted",
  "poll_voted",
  "pinned_changed",
]);

/** The key of a stream by the server's name for it. */
export const keyOfStream = (stream: string): StreamKey => (stream.startsWith("user:") ? "inbox" : stream === "feed:me" ? "feed" : (stream as StreamKey));

/** A message of either transport, and its stream; null for one that this library does not know yet. */
export function decode(name: string, payload: unknown): { key: StreamKey; event: LiveEvent } | null {
  const type = renamed[name] ?? name;
  const data = payload as Record<string, unknown>;
  if (ofPosts.has(type)) return { key: `post:${String(data["postId"])}`, event: { type, ...data } as PostEvent };
  switch (type) {
    case "notification":
    case "notification_updated": {
      const { unreadCount, cursor, ...notification } = payload as Schemas["live_notification"];
      return { key: "inbox", event: { type, notification, unreadCount, cursor } };
    }
    case "notification_read":
      return { key: "inbox", event: { type, ...(payload as Schemas["live_notification_read"]) } };
    case "user_muted":
      return { key: "inbox", event: { type, ...(payload as Schemas["live_user_muted"]) } };
    case "new_post":
      return { key: "feed", event: { type, ...(payload as Schemas["live_new_post"]) } };
    case "new_repost":
      return { key: "feed", event: { type, ...(payload as Schemas["live_new_repost"]) } };
    case "repost_removed":
      return { key: "feed", event: { type, ...(payload as Schemas["live_repost_removed"]) } };
    case "trends":
      return { key: "feed", event: { type, ...(payload as Schemas["live_trends"]) } };
    case "retract":
    case "reset":
      return { key: keyOfStream(String(data["stream"])), event: { type, ...data } as RetractEvent | ResetEvent };
    default:
      return null;
  }
}

export const cursorOf = (event: LiveEvent): string | undefined => ("cursor" in event ? event.cursor : undefined);
