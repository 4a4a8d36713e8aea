import { entryTable } from "@newfeed/shared/contracts/sockets.ts";
import type { Entry } from "./log-store.ts";
import { cursorAt } from "./position.ts";

/** An entry under the name and with the payload with which it leaves on either transport. */
export interface Rendered {
  event: string;
  cursor: string;
  payload: Record<string, unknown>;
}

/** `blank` entries are never rendered: the dispatcher leaves them out. */
export function render(transport: "socket" | "sse", epoch: string, entry: Entry): Rendered {
  if (entry.type === "blank") throw new Error("a blank entry was to be sent");
  const cursor = cursorAt(epoch, entry.offset);
  return { event: entryTable[entry.type][transport], cursor, payload: { ...entry.data, cursor } };
}
