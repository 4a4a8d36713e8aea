import { invalidField } from "@newfeed/shared/contracts/errors.ts";
import { Id, type PostId } from "@newfeed/shared/contracts/ids.ts";
import * as z from "zod";

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
  /** Other spellings were looked for. */
  respelt: boolean;
}

const Encoded = z.tuple([z.int().min(0).max(8.64e15), z.int().min(0).max(8.64e15).nullable(), z.tuple([z.number().min(0), Id]).nullable(), z.literal([0, 1])]);

export const encodePlace = ({ from, end, last, respelt }: Place): string =>
  Buffer.from(JSON.stringify([from, end, last && [last.score, last.id], Number(respelt)])).toString("base64url");

/** Throws `validation_failed` for what `encodePlace` did not make. */
export function decodePlace(text: string): Place {
  try {
    const [from, end, last, respelt] = Encoded.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
    return { from, end, last: last && { score: last[0], id: last[1] as PostId }, respelt: respelt === 1 };
  } catch {
    throw invalidField("cursor", "is not a cursor of this list");
  }
}
