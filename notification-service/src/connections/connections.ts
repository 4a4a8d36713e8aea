import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { Closing, Reset, signalTable } from "@newfeed/shared/contracts/sockets.ts";
import type { Sample, Transport } from "@newfeed/shared/ports/metrics.ts";
import type * as z from "zod";
import type { ShownEntry } from "../streams/rendering.ts";

export type SignalName = keyof typeof signalTable;
export type SignalData<N extends SignalName> = z.input<(typeof signalTable)[N]>;

/** What was known of a post when somebody began to follow it: enough to see later whether they still may. */
export interface FollowedPost {
  authorId: string;
  visibility: string;
  /** Of the post, when it was so: an older change of its visibility changes nothing. */
  revision: number;
}

/** One client's connection: a socket or an event stream. */
export interface Connection {
  readonly userId: string;
  readonly sessionId: string;
  readonly closed: boolean;
  /** Wants `new_post` of the authors whom its user follows. */
  followsFeed: boolean;
  /** Whom the user must not see, and who must not be shown to them: both ends of every block. */
  hidden: ReadonlySet<string>;
  /** Streams followed here, with what is known of their posts. What is taken out is not delivered any more. */
  readonly follows: Map<string, FollowedPost | null>;
  /** Delivers through the same queue as live entries; resolves when the client has taken them. Rejects when it stalls or leaves. */
  replay(stream: string, entries: readonly ShownEntry[]): Promise<void>;
  reset(reset: Reset): void;
  signal<N extends SignalName>(name: N, data: SignalData<N>): void;
  /** Says why, and closes. */
  disconnect(reason: Closing): void;
  /** A stream that was followed has ended: nothing will come from it any more. */
  ended(stream: string): void;
  /** Writes entries of one stream to many connections of this kind: encoded once, in order. */
  readonly broadcast: Broadcast;
}

/** Most connections hide nobody, and share this. */
export const hidesNobody: ReadonlySet<string> = new Set();

/** One for each transport. */
export type Broadcast = (stream: string, entries: readonly ShownEntry[], to: Iterable<Connection>) => void;

/** Every connection of this instance. */
export interface Connections {
  /** Throws `too_many_streams`. */
  add(connection: Connection): void;
  remove(connection: Connection): void;
  /** Takes on a new set of hidden users. */
  hide(connection: Connection, hidden: ReadonlySet<string>): void;
  /** Those that must not see this user's acts. */
  hiding(userId: string): ReadonlySet<Connection>;
  ofUser(userId: string): ReadonlySet<Connection>;
  ofSession(sessionId: string): Connection[];
  users(): Iterable<string>;
  all(): Iterable<Connection>;
}

/** How many clients of one transport there are, and how much they follow. */
export function countConnections(connections: Pick<Connections, "all">, transport: Transport, broadcast: Broadcast): Sample[] {
  const own = [...connections.all()].filter((connection) => connection.broadcast === broadcast);
  const followed = own.reduce((sum, { follows }) => sum + follows.size, 0);
  return [
    { gauge: "newfeed_connections", labels: { transport }, value: own.length },
    { gauge: "newfeed_followed_streams", labels: { transport }, value: followed },
  ];
}

const none: ReadonlySet<Connection> = new Set();

function addTo(index: Map<string, Set<Connection>>, key: string, connection: Connection) {
  const set = index.get(key);
  if (set) set.add(connection);
  else index.set(key, new Set([connection]));
}

function removeFrom(index: Map<string, Set<Connection>>, key: string, connection: Connection) {
  const set = index.get(key);
  if (set?.delete(connection) && set.size === 0) index.delete(key);
}

export function createConnections(): Connections {
  const byUser = new Map<string, Set<Connection>>();
  const byHidden = new Map<string, Set<Connection>>();
  return {
    add(connection) {
      if ((byUser.get(connection.userId)?.size ?? 0) >= bounds.connectionsPerUser)
        throw new Problem("too_many_streams", { message: `At most ${bounds.connectionsPerUser} connections per user.`, retryAfter: 60 });
      addTo(byUser, connection.userId, connection);
      for (const userId of connection.hidden) addTo(byHidden, userId, connection);
    },
    remove(connection) {
      removeFrom(byUser, connection.userId, connection);
      for (const userId of connection.hidden) removeFrom(byHidden, userId, connection);
    },
    hide(connection, hidden) {
      for (const userId of connection.hidden) removeFrom(byHidden, userId, connection);
      connection.hidden = hidden.size === 0 ? hidesNobody : hidden;
      if (byUser.get(connection.userId)?.has(connection)) for (const userId of hidden) addTo(byHidden, userId, connection);
    },
    hiding: (userId) => byHidden.get(userId) ?? none,
    ofUser: (userId) => byUser.get(userId) ?? none,
    ofSession: (sessionId) => [...byUser.values()].flatMap((set) => [...set].filter((connection) => connection.sessionId === sessionId)),
    users: () => byUser.keys(),
    *all() {
      for (const set of byUser.values()) yield* set;
    },
  };
}
