import type { NewFeedError } from "../errors.ts";
import type { Closing, StreamKey } from "./events.ts";
import type { Stream } from "./stream.ts";

export type WireName = "socket" | "sse";

/** Why a wire is closed: what the server said, what went wrong, or neither: it broke. */
export interface Closed {
  closing?: Closing;
  error?: NewFeedError;
  /** Names the pair of tokens that it was opened with. */
  stamp?: string;
}

export interface WireOptions {
  streams: ReadonlyMap<StreamKey, Stream>;
  /** It is there: what is followed is being brought up to date. */
  opened(): void;
  /** What was followed when it was opened is at its live end; so many entries had been missed. */
  caughtUp(entries: number): void;
  /** Once, whatever happened, but for `close`. From then on nothing comes from it. */
  closed(why: Closed): void;
}

/** One connection, for one stretch of time, that brings every stream; who made it makes another when it has closed. */
export interface Wire {
  add(stream: Stream): void;
  remove(stream: Stream): void;
  /** There is a new access token. */
  renewed(): void;
  /** Without a word to `closed`. */
  close(): void;
}

export type OpenWire = (options: WireOptions) => Wire;
