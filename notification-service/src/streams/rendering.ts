import { type EntryType, entryTable } from "@newfeed/shared/contracts/sockets.ts";
import type { Entry } from "./log.ts";
import { cursorAt } from "./position.ts";

/** An entry that clients get. */
export interface ShownEntry extends Entry {
  type: EntryType;
}

/** False for what only holds its place in the log: a blank entry, and one of a type that is not known here. */
export const isShown = (entry: Entry): entry is ShownEntry => Object.hasOwn(entryTable, entry.type);

/** An entry under the name and with the payload with which it leaves on either transport. */
export interface Rendered {
  event: string;
  cursor: string;
  payload: Record<string, unknown>;
}

export function render(transport: "socket" | "sse", epoch: string, entry: ShownEntry): Rendered {
  const cursor = cursorAt(epoch, entry.offset);
  return { event: entryTable[entry.type][transport], cursor, payload: { ...entry.data, cursor } };
}
