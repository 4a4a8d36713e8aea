import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { EntryType } from "@newfeed/shared/contracts/sockets.ts";

/** An entry to append. `actorId`: the user whose action it shows; users with a block between them do not receive it. */
export interface NewEntry {
  stream: string;
  type: EntryType | "blank";
  aggregate: { type: string; id: string };
  actorId: UserId | null;
  revision: number;
  data: Record<string, unknown>;
  /** What the log holds instead of `data`, where a replay reads the rest anew. */
  logged?: Record<string, unknown>;
}

/** One entry of a stream's log. `blank` ones hold a place and are never sent; nor are entries of a type that only newer instances know. */
export interface Entry {
  offset: number;
  type: string;
  actorId: UserId | null;
  data: Record<string, unknown>;
}

/** A part of a log, as it was at one moment. */
export interface LogPage {
  top: number;
  floor: number;
  closed: boolean;
  /** In order; the first is `after + 1` unless that was trimmed. */
  entries: Entry[];
}

/** What a commit added to one stream. */
export interface Appended {
  stream: string;
  entries: Entry[];
}

/** Entries after this offset were trimmed. */
export function isTrimmed({ entries: [first], top }: Pick<LogPage, "entries" | "top">, after: number): boolean {
  return first ? first.offset !== after + 1 : top > after;
}
