import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Closing, Reset, signalTable } from "@newfeed/shared/contracts/sockets.ts";
import type * as z from "zod";
import type { ShownEntry } from "../streams/rendering.ts";

export type SignalName = keyof typeof signalTable;
export type SignalData<N extends SignalName> = z.input<(typeof signalTable)[N]>;

/** A post as it was when its stream was followed: enough to decide later whether a change takes the access away. */
export interface FollowedPost {
  authorId: UserId;
  visibility: string;
  /** Of the post, when it was so: an older change of its visibility changes nothing. */
  revision: number;
}

/** One client's connection: a socket or an event stream. */
export interface Connection {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  /** The network that its client comes from: whose turn it takes in the admission queue. */
  readonly network: string;
  readonly closed: boolean;
  /** Receives `new_post`, `new_repost` and `repost_removed` of those whom its user follows. */
  followsFeed: boolean;
  /** Users at the other end of a block, in either direction: their actions are not delivered here. */
  hidden: ReadonlySet<UserId>;
  /** Streams followed here, with what is known of their posts. What is taken out is not delivered any more. */
  readonly follows: Map<string, FollowedPost | null>;
  /** Delivers through the same queue as live entries; resolves when the client has taken them. Rejects when it stalls or leaves. */
  replay(stream: string, entries: readonly ShownEntry[]): Promise<void>;
  reset(reset: Reset): void;
  signal<N extends SignalName>(name: N, data: SignalData<N>): void;
  /** Sends the reason, and closes. */
  disconnect(reason: Closing): void;
  /** Nothing more comes from a stream that was followed. */
  endStream(stream: string): void;
  /** Writes entries of one stream to many connections of this kind: encoded once, in order. */
  readonly broadcast: Broadcast;
}

/** One for each transport. */
export type Broadcast = (stream: string, entries: readonly ShownEntry[], to: Iterable<Connection>) => void;

/** Most connections hide no user, and share this. */
export const noHiddenUsers: ReadonlySet<UserId> = new Set();

/** The client left before its request was done. */
export class ConnectionClosed extends Error {}
