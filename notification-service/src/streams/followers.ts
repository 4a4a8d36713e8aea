import type { Broadcast, Connection } from "../connections/connection.ts";

/** The followers of one stream, grouped by transport, so that a delivery iterates over each group once. */
export class Followers implements Iterable<Connection> {
  readonly byTransport = new Map<Broadcast, Set<Connection>>();

  add(connection: Connection): void {
    const own = this.byTransport.get(connection.broadcast);
    if (own) own.add(connection);
    else this.byTransport.set(connection.broadcast, new Set([connection]));
  }

  /** False when it did not follow. */
  delete(connection: Connection): boolean {
    const own = this.byTransport.get(connection.broadcast);
    if (!own?.delete(connection)) return false;
    if (own.size === 0) this.byTransport.delete(connection.broadcast);
    return true;
  }

  has(connection: Connection): boolean {
    return this.byTransport.get(connection.broadcast)?.has(connection) ?? false;
  }

  get isEmpty(): boolean {
    return this.byTransport.size === 0;
  }

  *[Symbol.iterator](): Iterator<Connection> {
    for (const own of this.byTransport.values()) yield* own;
  }
}
