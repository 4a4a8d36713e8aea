import type { NewFeedError } from "../errors.ts";
import type { Closing, StreamKey } from "./events.ts";
import type { Stream } from "./stream.ts";

export type WireName = "socket" | "sse";

/** Why a wire is closed: the server's reason, an error, or neither when it broke. */
export interface Closed {
  closing?: Closing;
  error?: NewFeedError;
  /** The pair of tokens that it was opened with. */
  stamp?: string;
}

export interface WireOptions {
  streams: ReadonlyMap<StreamKey, Stream>;
  /** Connected; the streams are catching up. */
  opened(): void;
  /** The streams that were followed when it opened have caught up, with so many missed entries. */
  caughtUp(entries: number): void;
  /** Once, whatever happened, except after `close`. Nothing is delivered after it. */
  closed(why: Closed): void;
}

/** Without a session, only posts can be followed: what else is wanted is refused as one without a session. */
export const wantsPostsOnly = (streams: ReadonlyMap<StreamKey, Stream>): boolean => [...streams.keys()].every((key) => key.startsWith("post:"));

/** One connection that delivers every stream until it is closed; the hub then opens another. */
export interface Wire {
  /** It was opened without a session: it carries public posts, until its user signs in. */
  readonly isVisitors: boolean;
  add(stream: Stream): void;
  remove(stream: Stream): void;
  /** There is a new access token. */
  renewed(): void;
  /** Without calling `closed`. */
  close(): void;
}

export type OpenWire = (options: WireOptions) => Wire;
