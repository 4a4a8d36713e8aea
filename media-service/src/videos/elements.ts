import { type Edits, type FileBytes, Malformed } from "./bytes.ts";

/** An element of EBML (RFC 8794, section 3): `start` of its id, `body` behind its size, `end` of both. */
export interface Element {
  id: number;
  start: number;
  body: number;
  end: number;
  /** It ends where its parent does, or where an element of a higher level begins. */
  unknownSize: boolean;
}

/** 50 MB of real video have far fewer. */
const maxElements = 1_000_000;

/** How many bytes the number takes that begins with this one; 9 for none. */
const widthOf = (first: number) => Math.clz32(first) - 23;

/** An unsigned number of any width (RFC 8794, section 7.2). */
export const numberIn = (bytes: Buffer): number => bytes.reduce((value, byte) => value * 256 + byte, 0);

export function createElementReader(bytes: FileBytes) {
  let left = maxElements;
  const reader = {
    /** The element at an offset within a parent that ends at `end`. Throws `Malformed` for one that does not fit. */
    async elementAt(at: number, end: number): Promise<Element> {
      if (--left < 0) throw new Malformed("too many elements");
      const head = await bytes.read(at, Math.min(12, bytes.size - at));
      const idWidth = widthOf(head[0] ?? 0);
      const sizeWidth = widthOf(head[idWidth] ?? 0);
      if (idWidth > 4 || sizeWidth > 8 || idWidth + sizeWidth > head.length) throw new Malformed(`no element at ${at}`);
      const id = numberIn(head.subarray(0, idWidth));
      const field = Buffer.from(head.subarray(idWidth, idWidth + sizeWidth));
      field[0] = (field[0] ?? 0) & (0xff >> sizeWidth);
      const unknownSize = field[0] === 0xff >> sizeWidth && field.subarray(1).every((byte) => byte === 0xff);
      const body = at + idWidth + sizeWidth;
      const element = { id, start: at, body, end: unknownSize ? end : body + numberIn(field), unknownSize };
      if (body > end || element.end > end) throw new Malformed(`element ${id.toString(16)} at ${at} does not fit: the file is cut`);
      return element;
    },
    /** The elements within another, in order. None but the last may be of unknown size. */
    async *within({ body, end }: Pick<Element, "body" | "end">): AsyncGenerator<Element> {
      for (let at = body; at < end; ) {
        const element = await reader.elementAt(at, end);
        yield element;
        at = element.end;
      }
    },
    /** All of an element, which may have so many bytes at most. */
    async read({ id, body, end }: Element, atMost: number): Promise<Buffer> {
      if (end - body > atMost) throw new Malformed(`element ${id.toString(16)} has ${end - body} bytes`);
      return bytes.read(body, end - body);
    },
    /** Its first bytes, as many as there are up to so many. */
    readBeginning: ({ body, end }: Element, atMost: number) => bytes.read(body, Math.min(end - body, atMost)),
  };
  return reader;
}
export type ElementReader = ReturnType<typeof createElementReader>;

const voidId = 0xec;

/** An element becomes a Void of the same size (RFC 8794, section 11.3.2). */
export function toVoid({ start, end }: Pick<Element, "start" | "end">, edits: Edits): void {
  const length = end - start;
  // A byte of its id, then a size of one byte, or of eight.
  const sizeWidth = length <= 128 ? 1 : 8;
  const head = Buffer.alloc(1 + sizeWidth);
  const content = length - head.length;
  if (sizeWidth === 1) head[1] = 0x80 | content;
  else head.writeBigUInt64BE((1n << 56n) | BigInt(content), 1);
  head[0] = voidId;
  edits.write(start, head);
  edits.blank(start + head.length, end);
}
