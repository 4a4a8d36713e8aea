import type { Transport } from "@newfeed/shared/ports/metrics.ts";
import type { EpochOf } from "../streams/position.ts";
import { type Rendered, render, type ShownEntry } from "../streams/rendering.ts";

/** The text of each entry, as one transport carries it. */
export type EncodeEntries = (stream: string, entries: readonly ShownEntry[]) => string[];

/** Encodes each entry once, for all clients that receive it, live or in a replay. */
export function createEntryEncoder(transport: Transport, epochOf: EpochOf, encode: (rendered: Rendered, stream: string) => string): EncodeEntries {
  const texts = new WeakMap<ShownEntry, string>();
  return (stream, entries) => {
    const epoch = epochOf(stream);
    return entries.map((entry) => {
      let text = texts.get(entry);
      if (text === undefined) {
        text = encode(render(transport, epoch, entry), stream);
        texts.set(entry, text);
      }
      return text;
    });
  };
}
