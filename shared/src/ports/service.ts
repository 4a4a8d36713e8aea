import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Event } from "../contracts/events.ts";
import type { Transaction } from "./database.ts";

/** What an event handler may do: read and write in the transaction that also marks its events as consumed. */
export interface HandlerTransaction extends Transaction {
  /** Runs once the transaction is committed; never when it rolls back. Not waited for; what it throws is logged. */
  afterCommit(work: () => unknown): void;
}

/** What came, in queue order. */
export interface Arrived {
  /** Those that have not taken effect yet; no others may. What is asked before this is waited for goes to the database with the question which they are. */
  fresh: Promise<readonly Event[]>;
  /** Duplicates too. */
  all: readonly Event[];
  /** An event as it was published, with all that this version does not know of. */
  bodyOf(event: Event): string;
}

/** Has events take effect: each at least once, and never twice. */
export type HandleEvents = (arrived: Arrived, transaction: HandlerTransaction) => Promise<void>;

/** A service that runs. */
export interface RunningService {
  handle: RequestListener;
  /** Answers what comes to the port of webhooks. */
  handleWebhooks?: RequestListener;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sets the headers of every answer, where clients reach it directly: for answers to what is no request. */
  everyAnswer?(request: IncomingMessage, response: ServerResponse, next: () => void): void;
  handleEvents?: HandleEvents;
  /** Tells clients that stay connected to come back elsewhere, and lets them go. */
  drain?(): Promise<void>;
  /** Stops what the service itself started; the caller closes its database and listeners. */
  close(): Promise<void>;
}
