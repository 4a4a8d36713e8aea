import type { EventEmitter } from "node:events";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { ConnectionClosed } from "../connections/connection.ts";

/**
 * Resolves when `isEmpty` holds after a `drain` of the connection: its client has taken what was written. Rejects with
 * `ConnectionClosed` when it leaves, or when it reads nothing for too long and is cut.
 */
export function drained(connection: EventEmitter, isEmpty: () => boolean, cut: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (error?: Error) => {
      clearTimeout(timer);
      connection.off("drain", onDrain);
      connection.off("close", onClose);
      if (error) reject(error);
      else resolve();
    };
    const onDrain = () => isEmpty() && finish();
    const onClose = () => finish(new ConnectionClosed());
    const timer = setTimeout(() => {
      cut();
      finish(new ConnectionClosed());
    }, bounds.replayStallMs);
    connection.on("drain", onDrain);
    connection.on("close", onClose);
  });
}
