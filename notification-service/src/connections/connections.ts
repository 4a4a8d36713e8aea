import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { Sample, Transport } from "@newfeed/shared/ports/metrics.ts";
import { type Broadcast, type Connection, noHiddenUsers } from "./connection.ts";

/** Every connection of this instance. */
export interface Connections {
  /** Throws `too_many_streams`. */
  add(connection: Connection): void;
  remove(connection: Connection): void;
  /** Replaces the hidden users. */
  hide(connection: Connection, hidden: ReadonlySet<UserId>): void;
  /** Those that must not receive this user's actions. */
  hiding(userId: UserId): ReadonlySet<Connection>;
  ofUser(userId: UserId): ReadonlySet<Connection>;
  ofSession(sessionId: SessionId): Connection[];
  users(): Iterable<UserId>;
  all(): Iterable<Connection>;
}

/** The connections of one transport, and the streams that they follow. */
export function countConnections(connections: Pick<Connections, "all">, transport: Transport, broadcast: Broadcast): Sample[] {
  const own = [...connections.all()].filter((connection) => connection.broadcast === broadcast);
  const followed = own.reduce((sum, { follows }) => sum + follows.size, 0);
  return [
    { gauge: "newfeed_connections", labels: { transport }, value: own.length },
    { gauge: "newfeed_followed_streams", labels: { transport }, value: followed },
  ];
}

const none: ReadonlySet<Connection> = new Set();

function addTo(index: Map<UserId, Set<Connection>>, key: UserId, connection: Connection) {
  const set = index.get(key);
  if (set) set.add(connection);
  else index.set(key, new Set([connection]));
}

function removeFrom(index: Map<UserId, Set<Connection>>, key: UserId, connection: Connection) {
  const set = index.get(key);
  if (set?.delete(connection) && set.size === 0) index.delete(key);
}

export function createConnections(): Connections {
  const byUser = new Map<UserId, Set<Connection>>();
  const byHidden = new Map<UserId, Set<Connection>>();
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
      connection.hidden = hidden.size === 0 ? noHiddenUsers : hidden;
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
