import type { Box, BoxReader } from "./boxes.ts";
import { Malformed } from "./bytes.ts";

/** Where a track's samples are: a chunk is a run of them. */
export interface Chunk {
  start: number;
  end: number;
}

/** The boxes of a sample table (ISO 14496-12, sections 8.5 to 8.7) that say where the samples are. */
export interface SampleTable {
  stsz?: Box;
  stz2?: Box;
  stsc?: Box;
  stco?: Box;
  co64?: Box;
}

const maxSamples = 2_000_000;
const maxChunks = 500_000;
const entriesAtOnce = 8_192;

/** Numbers in a row behind a count, some thousand at a time. */
export async function* entriesOf(reader: BoxReader, box: Box, { at, count, bytes }: { at: number; count: number; bytes: number }): AsyncGenerator<Buffer> {
  for (let done = 0; done < count; done += entriesAtOnce) {
    const some = await reader.read(box, at + done * bytes, Math.min(entriesAtOnce, count - done) * bytes);
    for (let entry = 0; entry < some.length; entry += bytes) yield some.subarray(entry, entry + bytes);
  }
}

function checkCount(count: number, most: number): number {
  if (count > most) throw new Malformed(`a table of ${count} entries`);
  return count;
}

/** The size of each sample, or of all. */
async function readSizes(reader: BoxReader, { stsz, stz2 }: SampleTable): Promise<{ count: number; all: number; each: Uint32Array }> {
  const box = stsz ?? stz2;
  if (!box) throw new Malformed("no sizes of samples");
  const head = await reader.read(box, 4, 8);
  const all = stsz ? head.readUInt32BE(0) : 0;
  const count = head.readUInt32BE(4);
  if (all > 0) return { count, all, each: new Uint32Array() };
  const each = new Uint32Array(checkCount(count, maxSamples));
  const bits = stsz ? 32 : (head[3] ?? 0);
  if (![4, 8, 16, 32].includes(bits)) throw new Malformed(`sizes of ${bits} bits`);
  let index = 0;
  const bytes = Math.max(bits / 8, 1);
  for await (const entry of entriesOf(reader, box, { at: 12, count: bits === 4 ? Math.ceil(count / 2) : count, bytes })) {
    if (bits === 4) {
      const pair = entry[0] ?? 0;
      each[index++] = pair >> 4;
      if (index < count) each[index++] = pair & 15;
    } else each[index++] = entry.readUIntBE(0, bytes);
  }
  return { count, all, each };
}

/** Chunks from one on have so many samples. */
async function readRuns(reader: BoxReader, { stsc }: SampleTable): Promise<{ first: number; samples: number }[]> {
  if (!stsc) throw new Malformed("no samples of chunks");
  const count = checkCount((await reader.read(stsc, 4, 4)).readUInt32BE(), maxChunks);
  const runs: { first: number; samples: number }[] = [];
  for await (const entry of entriesOf(reader, stsc, { at: 8, count, bytes: 12 })) runs.push({ first: entry.readUInt32BE(0), samples: entry.readUInt32BE(4) });
  return runs;
}

/** Where a track's chunks begin. */
export async function readOffsets(reader: BoxReader, { stco, co64 }: SampleTable): Promise<number[]> {
  const box = stco ?? co64;
  if (!box) throw new Malformed("no offsets of chunks");
  const count = checkCount((await reader.read(box, 4, 4)).readUInt32BE(), maxChunks);
  const offsets: number[] = [];
  for await (const entry of entriesOf(reader, box, { at: 8, count, bytes: stco ? 4 : 8 }))
    offsets.push(stco ? entry.readUInt32BE() : Number(entry.readBigUInt64BE()));
  return offsets;
}

/**
 * A track's chunks, in the order of the table, and how many samples it has. `sameSize`: the table gives one size for all
 * samples, which older QuickTime sound states wrongly. Throws `Malformed`.
 */
export async function readChunks(reader: BoxReader, table: SampleTable): Promise<{ chunks: Chunk[]; samples: number; sameSize: boolean }> {
  const { count, all, each } = await readSizes(reader, table);
  const runs = await readRuns(reader, table);
  const offsets = await readOffsets(reader, table);
  let run = 0;
  let sample = 0;
  const chunks = offsets.map((start, index): Chunk => {
    while ((runs[run + 1]?.first ?? Number.POSITIVE_INFINITY) <= index + 1) run++;
    const samples = Math.min(runs[run]?.samples ?? 0, count - sample);
    let size = samples * all;
    if (all === 0) for (let taken = 0; taken < samples; taken++) size += each[sample + taken] ?? 0;
    sample += samples;
    return { start, end: start + size };
  });
  if (sample < count) throw new Malformed("samples in no chunk");
  return { chunks, samples: count, sameSize: all > 0 };
}
