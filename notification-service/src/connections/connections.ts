import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { reconnectAfterMs } from "@newfeed/shared/http/server-sent-events.ts";
import type { Sample, Transport } from "@newfeed/shared/ports/metrics.ts";
import { type Broadcast, type Connection, noHiddenUsers } from "./connection.ts";
import { isVisitor } from "./visitors.ts";

/** Every connection of this instance. */
export interface Connections {
  /**
   * One that is opening. Beyond a user's number of connections the oldest is closed, of those that are opening if there are
   * any: a new page is more likely to be looked at than one that was left open, but a client that opens connections faster
   * than they are admitted displaces only its own attempts. Visitors beyond those of a network, or of this instance, are
   * refused instead: they are different people. Throws `too_many_streams`.
   */
  add(connection: Connection): void;
  /** It is open now. */
  opened(connection: Connection): void;
  remove(connection: Connection): void;
  /** Replaces the hidden users. */
  hide(connection: Connection, hidden: ReadonlySet<UserId>): void;
  /** Those that must not receive this user's actions. */
  hiding(userId: UserId): ReadonlySet<Connection>;
  ofUser(userId: UserId): ReadonlySet<Connection>;
  ofSession(sessionId: SessionId): Connection[];
  users(): Iterable<UserId>;
  all(): Iterable<Connection>;
  /** Asks all to connect elsewhere, and those that come from now on. */
  drain(): void;
}

/** How long a displaced client that reconnects all the same (a stock EventSource) stays away: it would displace another. */
const displacedForMs = 300_000;

/** The connections of one transport, by how it writes to them. */
const ownOf = (connections: Pick<Connections, "all">, broadcasts: readonly Broadcast[]) =>
  [...connections.all()].filter((connection) => broadcasts.includes(connection.broadcast));
export const countOf = (connections: Pick<Connections, "all">, ...broadcasts: readonly Broadcast[]): number => ownOf(connections, broadcasts).length;

/** The connections of one transport, and the streams that they follow. */
export function countConnections(connections: Pick<Connections, "all">, transport: Transport, ...broadcasts: readonly Broadcast[]): Sample[] {
  const own = ownOf(connections, broadcasts);
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

function removeFrom(index: Map<UserId, Set<Connection>>, key: UserId, connection: Connection): boolean {
  const set = index.get(key);
  if (!set?.delete(connection)) return false;
  if (set.size === 0) index.delete(key);
  return true;
}

export function createConnections(): Connections {
  const byUser = new Map<UserId, Set<Connection>>();
  const byHidden = new Map<UserId, Set<Connection>>();
  const opening = new Set<Connection>();
  let visitors = 0;
  let draining = false;
  const sendElsewhere = (connection: Connection) => connection.disconnect({ code: "shutdown", retryAfterMs: reconnectAfterMs(), resume: true });

  const ofUser = (userId: UserId) => byUser.get(userId) ?? none;

  function remove(connection: Connection): void {
    opening.delete(connection);
    if (removeFrom(byUser, connection.userId, connection) && isVisitor(connection)) visitors--;
    for (const userId of connection.hidden) removeFrom(byHidden, userId, connection);
  }

  function displaceOldest(userId: UserId): void {
    // Sets keep the order in which connections were added.
    const own = [...ofUser(userId)];
    const attempt = own.find((connection) => opening.has(connection));
    const oldest = attempt ?? own[0];
    if (!oldest) return;
    remove(oldest);
    oldest.disconnect({ code: "too_many_streams", retryAfterMs: reconnectAfterMs(attempt ? undefined : displacedForMs), resume: attempt !== undefined });
  }

  function requireRoomForVisitor(network: number): void {
    if (network < bounds.visitorsPerNetwork && visitors < bounds.visitors) return;
    throw new Problem("too_many_streams", { message: "Too many visitors follow live. Sign in, or try again later.", retryAfter: 60 });
  }
  const all = () => [...byUser.values()].flatMap((set) => [...set]);

  return {
    opened: (connection) => void opening.delete(connection),
    add(connection) {
      const own = ofUser(connection.userId).size;
      if (isVisitor(connection)) {
        requireRoomForVisitor(own);
        visitors++;
      } else if (own >= bounds.connectionsPerUser) displaceOldest(connection.userId);
      opening.add(connection);
      addTo(byUser, connection.userId, connection);
      for (const userId of connection.hidden) addTo(byHidden, userId, connection);
      // Its handshake began before the end.
      if (draining) sendElsewhere(connection);
    },
    remove,
    hide(connection, hidden) {
      for (const userId of connection.hidden) removeFrom(byHidden, userId, connection);
      connection.hidden = hidden.size === 0 ? noHiddenUsers : hidden;
      if (byUser.get(connection.userId)?.has(connection)) for (const userId of hidden) addTo(byHidden, userId, connection);
    },
    hiding: (userId) => byHidden.get(userId) ?? none,
    ofUser,
    ofSession: (sessionId) => all().filter((connection) => connection.sessionId === sessionId),
    users: () => byUser.keys(),
    all,
    drain() {
      draining = true;
      for (const connection of all()) sendElsewhere(connection);
    },
  };
}
