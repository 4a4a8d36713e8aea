import { type Edits, type FileBytes, Malformed } from "./bytes.ts";

/** A box of ISO 14496-12, section 4.2: `start` of its header, `body` behind it, `end` of both. */
export interface Box {
  type: string;
  start: number;
  body: number;
  end: number;
}

/** No file needs more boxes than that outside of its sample tables. */
const maxBoxes = 20_000;

export function createBoxReader(bytes: FileBytes) {
  let left = maxBoxes;

  async function boxAt(at: number, end: number): Promise<Box> {
    if (--left < 0) throw new Malformed("too many boxes");
    const head = await bytes.read(at, 8);
    const type = head.toString("latin1", 4, 8);
    const size = head.readUInt32BE(0);
    if (size === 0) return { type, start: at, body: at + 8, end };
    if (size !== 1) return { type, start: at, body: at + 8, end: at + size };
    const long = Number((await bytes.read(at + 8, 8)).readBigUInt64BE());
    return { type, start: at, body: at + 16, end: at + long };
  }

  return {
    boxAt,
    /** The boxes within another, in order. Fewer than eight bytes at the end are padding (QuickTime). Throws `Malformed` for one that does not fit. */
    async *within({ body, end }: Pick<Box, "body" | "end">): AsyncGenerator<Box> {
      for (let at = body; at + 8 <= end; ) {
        const box = await boxAt(at, end);
        if (box.end < box.body || box.end > end) throw new Malformed(`${box.type} at ${at} does not fit`);
        yield box;
        at = box.end;
      }
    },
    /** `length` bytes of a box from an offset in its body on. */
    async read(box: Box, offset: number, length: number): Promise<Buffer> {
      if (box.body + offset + length > box.end) throw new Malformed(`${box.type} is too short`);
      return bytes.read(box.body + offset, length);
    },
  };
}
export type BoxReader = ReturnType<typeof createBoxReader>;

/** Space of no meaning in a file; some cameras put positions there. */
export const isSpace = (type: string) => type === "free" || type === "skip" || type === "wide";

/** A box becomes free space of the same size. */
export function toSpace({ type, start, body, end }: Box, edits: Edits): void {
  if (!isSpace(type)) edits.write(start + 4, Buffer.from("free", "latin1"));
  edits.blank(body, end);
}
