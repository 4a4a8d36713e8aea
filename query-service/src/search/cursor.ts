import { invalidField } from "@newfeed/shared/contracts/errors.ts";
import { Id, type PostId } from "@newfeed/shared/contracts/ids.ts";
import * as z from "zod";

/**
 * How the words of a search are read: the last may go on; each is whole, where what goes on is only far behind; or others that are written
 * like them are meant, too.
 */
const readings = ["typed", "respelt", "whole"] as const;
export type Reading = (typeof readings)[number];

/**
 * Where a page of a search ends. It names nothing that its reader has not seen: a window by its times, and the last hit that was
 * shown.
 */
export interface Place {
  /** The window's posts were published at this moment or before, in milliseconds; its ranks are of that moment. */
  from: number;
  /** And after this one; null where it is the last window, or not known yet. */
  end: number | null;
  /** The last hit that was shown of it. */
  last: { score: number; id: PostId } | null;
  reading: Reading;
}

const Encoded = z.tuple([
  z.int().min(0).max(8.64e15),
  z.int().min(0).max(8.64e15).nullable(),
  z.tuple([z.number().min(0), Id]).nullable(),
  z.literal([0, 1, 2]),
]);

export const encodePlace = ({ from, end, last, reading }: Place): string =>
  Buffer.from(JSON.stringify([from, end, last && [last.score, last.id], readings.indexOf(reading)])).toString("base64url");

/** Throws `validation_failed` for what `encodePlace` did not make. */
export function decodePlace(text: string): Place {
  try {
    const [from, end, last, reading] = Encoded.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
    return { from, end, last: last && { score: last[0], id: last[1] as PostId }, reading: readings[reading] };
  } catch {
    throw invalidField("cursor", "is not a cursor of this list");
  }
}
