import { type Box, type BoxReader, toSpace } from "./boxes.ts";
import { type Edits, Malformed } from "./bytes.ts";
import { type Chunk, entriesOf } from "./sample-tables.ts";

const ofTrackFragment = new Set(["tfhd", "tfdt", "trun", "sbgp", "sgpd", "subs", "saiz", "saio", "senc"]);

/** Bits of `tfhd` and `trun` (ISO 14496-12, sections 8.8.7 and 8.8.8): which of their fields are there. */
const headerBits = { base: 0x1, description: 0x2, duration: 0x8, size: 0x10, baseIsFragment: 0x20000 };
const runBits = { offset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 };
/** What a sample of a run may say itself, in this order, in four bytes each. */
const ofSample = ["duration", "size", "flags", "composition"] as const;
const maxSamplesOfRun = 100_000;

/** What the samples of a track have unless they say so themselves. */
interface Defaults {
  duration: number;
  size: number;
}
interface Header extends Defaults {
  track: number;
  /** What offsets count from; undefined where the data goes on behind what was before. */
  base: number | undefined;
}

/** What fragments add to the tracks of a movie. */
export function createFragments(reader: BoxReader) {
  const defaults = new Map<number, Defaults>();
  const ofTracks = new Map<number, { chunks: Chunk[]; samples: number; ticks: number }>();
  const ofTrack = (track: number) => {
    const known = ofTracks.get(track) ?? { chunks: [], samples: 0, ticks: 0 };
    ofTracks.set(track, known);
    return known;
  };
  const flagsOf = async (box: Box) => (await reader.read(box, 0, 4)).readUInt32BE() & 0xffffff;
  const wordAt = async (box: Box, at: number) => (await reader.read(box, at, 4)).readUInt32BE();

  async function readHeader(box: Box, fragment: Box): Promise<Header> {
    const flags = await flagsOf(box);
    const track = await wordAt(box, 4);
    let at = 8;
    const header: Header = {
      track,
      base: flags & headerBits.baseIsFragment ? fragment.start : undefined,
      ...(defaults.get(track) ?? { duration: 0, size: 0 }),
    };
    if (flags & headerBits.base) {
      header.base = Number((await reader.read(box, at, 8)).readBigUInt64BE());
      at += 8;
    }
    if (flags & headerBits.description) at += 4;
    if (flags & headerBits.duration) {
      header.duration = await wordAt(box, at);
      at += 4;
    }
    if (flags & headerBits.size) header.size = await wordAt(box, at);
    return header;
  }

  /** Gives where the run's data ends. `before` is where the data before it ended. */
  async function readRun(box: Box, { track, base, ...usual }: Header, before: number): Promise<number> {
    const flags = await flagsOf(box);
    const count = await wordAt(box, 4);
    if (count > maxSamplesOfRun) throw new Malformed(`a run of ${count} samples`);
    const start = flags & runBits.offset ? (base ?? before) + (await reader.read(box, 8, 4)).readInt32BE() : before;
    const at = 8 + (flags & runBits.offset ? 4 : 0) + (flags & runBits.firstFlags ? 4 : 0);
    const fields = ofSample.filter((field) => flags & runBits[field]);
    const total = { duration: count * usual.duration, size: count * usual.size };
    const own = (["duration", "size"] as const).filter((field) => fields.includes(field));
    for (const field of own) total[field] = 0;
    // Only what stands in the file is read sample by sample.
    if (own.length > 0)
      for await (const entry of entriesOf(reader, box, { at, count, bytes: 4 * fields.length }))
        for (const field of own) total[field] += entry.readUInt32BE(4 * fields.indexOf(field));
    const known = ofTrack(track);
    known.samples += count;
    known.ticks += total.duration;
    known.chunks.push({ start, end: start + total.size });
    return start + total.size;
  }

  return {
    /** `mvex`. */
    async readDefaults(box: Box): Promise<void> {
      for await (const trex of reader.within(box)) {
        if (trex.type !== "trex") continue;
        const fields = await reader.read(trex, 4, 16);
        defaults.set(fields.readUInt32BE(0), { duration: fields.readUInt32BE(8), size: fields.readUInt32BE(12) });
      }
    },
    /** `moof`: what it needs not, and what belongs to tracks that do not stay, becomes free space. */
    async read(fragment: Box, stays: (track: number) => boolean, edits: Edits): Promise<void> {
      let end = fragment.start;
      for await (const traf of reader.within(fragment)) {
        if (traf.type !== "traf") {
          if (traf.type !== "mfhd") toSpace(traf, edits);
          continue;
        }
        const parts: Box[] = [];
        for await (const part of reader.within(traf)) parts.push(part);
        const first = parts.find(({ type }) => type === "tfhd");
        if (!first) throw new Malformed("a fragment without a header");
        const header = await readHeader(first, fragment);
        if (header.base !== undefined) end = header.base;
        for (const run of parts.filter(({ type }) => type === "trun")) end = await readRun(run, header, end);
        if (!stays(header.track)) toSpace(traf, edits);
        else for (const part of parts) if (!ofTrackFragment.has(part.type)) toSpace(part, edits);
      }
    },
    /** What there is of a track, by its id. */
    of: (track: number): { chunks: readonly Chunk[]; samples: number; ticks: number } => ofTrack(track),
  };
}
export type Fragments = ReturnType<typeof createFragments>;
