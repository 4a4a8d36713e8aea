import { asSessionId, asUserId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Reset } from "@newfeed/shared/contracts/sockets.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import type { Connection } from "../connections/connection.ts";
import { createConnections } from "../connections/connections.ts";
import { createDispatcher, type DispatcherOptions } from "./dispatcher.ts";
import type { Entry } from "./log.ts";

const logger = createLogger({ level: "error", json: false });
export const stream = "post:1";

/** A log in memory, whose reads take a few turns of the loop, as a database's do. */
export function memoryLog() {
  const entries: Entry[] = [];
  let floor = 0;
  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    entries,
    append(actorId: UserId | null = null, shown: Pick<Entry, "type" | "data"> = { type: "comment_created", data: {} }): Entry {
      const entry: Entry = { offset: entries.length + 1, actorId, ...shown };
      entries.push(entry);
      return entry;
    },
    trim(to: number) {
      floor = to;
    },
    async readPage(_stream: string, after: number, limit: number) {
      await turns(1);
      const page = {
        top: entries.length,
        floor,
        closed: false,
        entries: entries.filter((entry) => entry.offset > after && entry.offset > floor).slice(0, limit),
      };
      await turns(2);
      return page;
    },
    readTops: async () => new Map([[stream, entries.length]]),
  };
}

export function client(hidden: readonly UserId[] = []) {
  const offsets: number[] = [];
  const resets: Reset[] = [];
  const take = (entries: readonly Entry[]) => offsets.push(...entries.map((entry) => entry.offset));
  const connection: Connection = {
    userId: asUserId("u"),
    sessionId: asSessionId("s"),
    network: "192.0.2.1",
    closed: false,
    followsFeed: false,
    hidden: new Set(hidden),
    follows: new Map([[stream, null]]),
    async replay(_stream, entries) {
      take(entries);
      await new Promise((resolve) => setImmediate(resolve));
    },
    reset: (reset) => resets.push(reset),
    signal: () => {},
    disconnect: () => {},
    endStream: () => {},
    broadcast,
  };
  return Object.assign(connection, { offsets, resets, take });
}
const broadcast: Connection["broadcast"] = (_stream, entries, to) => {
  for (const connection of to) (connection as ReturnType<typeof client>).take(entries);
};

export const dispatcherOn = (log: ReturnType<typeof memoryLog>, options: Partial<DispatcherOptions> = {}) =>
  createDispatcher({
    applyAccessChanges: async () => {},
    hintsArrive: () => true,
    readPage: log.readPage,
    readTops: log.readTops,
    epochOf: () => "epoch-epoch",
    connections: createConnections(),
    logger,
    ...options,
  });
