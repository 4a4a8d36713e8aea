import { type EntryType, entryTable } from "@newfeed/shared/contracts/sockets.ts";
import type { Entry } from "./log.ts";
import { cursorAt } from "./position.ts";

/** An entry that clients receive. */
export interface ShownEntry extends Entry {
  type: EntryType;
}

/** False for entries that only hold a place in the log: blank ones, and those of a type that is not known here. */
export const isShown = (entry: Entry): entry is ShownEntry => Object.hasOwn(entryTable, entry.type);

/** An entry as a transport sends it. */
export interface Rendered {
  event: string;
  cursor: string;
  payload: Record<string, unknown>;
}

export function render(transport: "socket" | "sse", epoch: string, entry: ShownEntry): Rendered {
  const cursor = cursorAt(epoch, entry.offset);
  return { event: entryTable[entry.type][transport], cursor, payload: { ...entry.data, cursor } };
}
