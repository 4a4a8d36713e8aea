import { type Box, type BoxReader, createBoxReader, isSpace, toSpace } from "./boxes.ts";
import { checkSides, createEdits, type Edits, type FileBytes, Malformed, secondsOf, type VideoFacts } from "./bytes.ts";
import { createFragments, type Fragments } from "./fragments.ts";
import { type Chunk, readChunks, readOffsets, type SampleTable } from "./sample-tables.ts";

/*
 * MP4 and QuickTime (ISO 14496-12; Apple, "QuickTime File Format"). A list says what stays: what a player needs for the picture
 * and the sound. Everything else becomes free space (descriptions, places, XMP), also the samples of other tracks (positions,
 * telemetry, subtitles that a drone writes them into) and what stands between samples.
 */

const ofFile = new Set(["ftyp", "styp", "sidx", "moov", "moof", "mdat", "mfra"]);
const ofMovie = new Set(["mvhd", "trak", "mvex", "iods"]);
/** Not `tref`: what it names may be gone. */
const ofTrack = new Set(["tkhd", "edts", "tapt", "mdia"]);
const ofMedia = new Set(["mdhd", "hdlr", "elng", "minf"]);
const ofMediaInformation = new Set(["vmhd", "smhd", "hmhd", "nmhd", "gmhd", "hdlr", "dinf", "stbl"]);
const notOfSampleTable = new Set(["udta", "meta", "uuid"]);

interface Track {
  id: number;
  /** `vide`, `soun`, or what does not stay. */
  handler: string;
  width: number;
  height: number;
  timescale: number;
  duration: number;
  elsewhere: boolean;
  box: Box;
  table: SampleTable;
  /** What becomes free space if the track stays. */
  edits: Edits;
}

/** Makes free space of everything in a box that is not named; gives the rest. */
async function keepOnly(reader: BoxReader, box: Pick<Box, "body" | "end">, names: (type: string) => boolean, edits: Edits): Promise<Box[]> {
  const kept: Box[] = [];
  let end = box.body;
  for await (const child of reader.within(box)) {
    if (names(child.type)) kept.push(child);
    else toSpace(child, edits);
    end = child.end;
  }
  // Padding.
  edits.blank(end, box.end);
  return kept;
}
const oneOf = (names: ReadonlySet<string>) => (type: string) => names.has(type);

/** Blanks when something was made; gives what follows: the fields of `mvhd`, `tkhd` and `mdhd` behind both times. */
async function readTimed(reader: BoxReader, box: Box, edits: Edits): Promise<{ long: boolean; at: number }> {
  const long = (await reader.read(box, 0, 1))[0] === 1;
  const at = long ? 20 : 12;
  await reader.read(box, 0, at);
  edits.blank(box.body + 4, box.body + at);
  return { long, at };
}

/** Duration and timescale of `mvhd` and `mdhd`; an unknown duration is 0. */
async function readDuration(reader: BoxReader, box: Box, edits: Edits): Promise<{ timescale: number; duration: number }> {
  const { long, at } = await readTimed(reader, box, edits);
  const timescale = (await reader.read(box, at, 4)).readUInt32BE();
  const field = await reader.read(box, at + 4, long ? 8 : 4);
  const unknown = field.every((byte) => byte === 0xff);
  return { timescale, duration: unknown ? 0 : long ? Number(field.readBigUInt64BE()) : field.readUInt32BE() };
}

/** The header's track id, and its sides as they are shown: the matrix may turn them by a quarter. */
async function readTrackHeader(reader: BoxReader, box: Box, edits: Edits): Promise<Pick<Track, "id" | "width" | "height">> {
  const { long, at } = await readTimed(reader, box, edits);
  const id = (await reader.read(box, at, 4)).readUInt32BE();
  const matrix = at + 8 + (long ? 8 : 4) + 16;
  const fields = await reader.read(box, matrix, 44);
  const [a, b] = [fields.readInt32BE(0), fields.readInt32BE(4)];
  const [width, height] = [fields.readUInt32BE(36), fields.readUInt32BE(40)].map((side) => Math.round(side / 65_536)) as [number, number];
  return Math.abs(b) > Math.abs(a) ? { id, width: height, height: width } : { id, width, height };
}

/** Whether a track's samples are in another file. */
async function isElsewhere(reader: BoxReader, dinf: Box): Promise<boolean> {
  for await (const box of reader.within(dinf)) {
    if (box.type !== "dref") continue;
    for await (const entry of reader.within({ body: box.body + 8, end: box.end })) if (((await reader.read(entry, 3, 1))[0] ?? 0) % 2 === 0) return true;
  }
  return false;
}

async function readTrack(reader: BoxReader, box: Box): Promise<Track> {
  const edits = createEdits();
  const track: Track = { id: 0, handler: "", width: 0, height: 0, timescale: 0, duration: 0, elsewhere: false, box, table: {}, edits };
  let sampleSides: { width: number; height: number } | undefined;
  for (const part of await keepOnly(reader, box, oneOf(ofTrack), edits)) {
    if (part.type === "tkhd") Object.assign(track, await readTrackHeader(reader, part, edits));
    if (part.type !== "mdia") continue;
    for (const media of await keepOnly(reader, part, oneOf(ofMedia), edits)) {
      if (media.type === "mdhd") Object.assign(track, await readDuration(reader, media, edits));
      if (media.type === "hdlr") {
        track.handler = (await reader.read(media, 8, 4)).toString("latin1");
        // Its name, by some the camera's.
        edits.blank(media.body + 24, media.end);
      }
      if (media.type !== "minf") continue;
      for (const information of await keepOnly(reader, media, oneOf(ofMediaInformation), edits)) {
        if (information.type === "dinf") track.elsewhere = await isElsewhere(reader, information);
        if (information.type !== "stbl") continue;
        for (const table of await keepOnly(reader, information, (type) => !notOfSampleTable.has(type) && !isSpace(type), edits)) {
          if (table.type === "stsd" && table.end - table.body >= 44) {
            const entry = await reader.read(table, 8, 36);
            sampleSides = { width: entry.readUInt16BE(32), height: entry.readUInt16BE(34) };
          } else track.table[table.type as keyof SampleTable] = table;
        }
      }
    }
  }
  if (track.handler === "vide" && track.width * track.height === 0 && sampleSides) Object.assign(track, sampleSides);
  return track;
}

/** Chunks of all tracks. */
const maxStarts = 500_000;

const stays = ({ handler }: Track) => handler === "vide" || handler === "soun";

interface Movie {
  tracks: Track[];
  duration: number | null;
  fragments: Fragments;
}

/** Blanks what lies in `mdat` and belongs to no sample that stays. Throws `Malformed` for a sample that is in none. */
async function blankBetween(reader: BoxReader, { tracks, fragments }: Movie, data: readonly Box[], edits: Edits): Promise<void> {
  const kept: Chunk[] = [];
  const starts: number[] = [];
  for (const track of tracks) {
    if (starts.length > maxStarts) throw new Malformed("too many chunks");
    if (!stays(track)) {
      // Whatever else is wrong with a track that goes anyway.
      for (const start of await readOffsets(reader, track.table).catch(() => [])) starts.push(start);
      continue;
    }
    const { chunks, samples, sameSize } = await readChunks(reader, track.table);
    const further = fragments.of(track.id);
    if (track.handler === "vide" && samples + further.samples === 0) throw new Malformed("a video without pictures");
    kept.push(...further.chunks.filter(({ start, end }) => end > start));
    for (const { start, end } of chunks) {
      starts.push(start);
      if (start === end) continue;
      // Reaches to the next chunk, whatever the table says: see `readChunks`.
      kept.push({ start, end: sameSize && track.handler === "soun" ? Number.NaN : end });
    }
  }
  starts.sort((one, other) => one - other);
  kept.sort((one, other) => one.start - other.start);
  const nextStart = (start: number) => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) > start) high = middle;
      else low = middle + 1;
    }
    return starts[low] ?? Number.POSITIVE_INFINITY;
  };
  let at = 0;
  let chunk = 0;
  for (const { body, end } of data) {
    at = body;
    for (; chunk < kept.length; chunk++) {
      const { start, end: stated } = kept[chunk] as Chunk;
      if (start >= end) break;
      const chunkEnd = Number.isNaN(stated) ? Math.min(nextStart(start), end) : stated;
      if (start < body || chunkEnd > end) throw new Malformed("samples are missing");
      edits.blank(at, Math.min(start, end));
      at = Math.max(at, chunkEnd);
    }
    edits.blank(at, end);
  }
  if (chunk < kept.length) throw new Malformed("samples are missing");
}

async function readMovie(reader: BoxReader, box: Box, edits: Edits): Promise<Movie> {
  const movie: Movie = { tracks: [], duration: null, fragments: createFragments(reader) };
  for (const part of await keepOnly(reader, box, oneOf(ofMovie), edits)) {
    if (part.type === "mvhd") {
      const { timescale, duration } = await readDuration(reader, part, edits);
      movie.duration = secondsOf(duration, timescale);
    } else if (part.type === "mvex") await movie.fragments.readDefaults(part);
    else if (part.type === "trak") movie.tracks.push(await readTrack(reader, part));
  }
  return movie;
}

/** Fewer bytes at the end of a file, or a box that nobody knows and that does not fit, are no part of the movie. */
async function readFile(reader: BoxReader, bytes: FileBytes, edits: Edits): Promise<Box[]> {
  const boxes: Box[] = [];
  for (let at = 0; at < bytes.size; ) {
    const rest = { type: "rest", start: at, body: Math.min(at + 8, bytes.size), end: bytes.size };
    const box = bytes.size - at < 8 ? rest : await reader.boxAt(at, bytes.size);
    const fits = box.end >= box.body && box.end <= bytes.size;
    if (ofFile.has(box.type)) {
      if (!fits) throw new Malformed(`${box.type} does not fit: the file is cut`);
      boxes.push(box);
    } else if (fits && box !== rest) toSpace(box, edits);
    else {
      if (boxes.length === 0) throw new Malformed("no boxes");
      if (bytes.size - at >= 8) {
        const head = Buffer.from("\0\0\0\0free", "latin1");
        head.writeUInt32BE(bytes.size - at);
        edits.write(at, head);
      }
      edits.blank(rest.body - at < 8 ? at : rest.body, bytes.size);
      return boxes;
    }
    at = box.end;
  }
  return boxes;
}

/** What an MP4 or MOV shows, and what is to be blanked in it. Throws `Malformed` for one that is cut, or has no video. */
export async function readMp4(bytes: FileBytes): Promise<VideoFacts> {
  const reader = createBoxReader(bytes);
  const edits = createEdits();
  const boxes = await readFile(reader, bytes, edits);
  const [moov, second] = boxes.filter(({ type }) => type === "moov");
  if (!moov || second) throw new Malformed("not one movie");
  const movie = await readMovie(reader, moov, edits);
  const { tracks, duration, fragments } = movie;
  const kept = tracks.filter(stays);
  const video = kept.find(({ handler }) => handler === "vide");
  if (!video) throw new Malformed("no video track");
  checkSides(video.width, video.height);
  if (kept.some(({ elsewhere }) => elsewhere)) throw new Malformed("it plays another file");

  const ids = new Set(kept.map(({ id }) => id));
  const ofType = (wanted: string) => boxes.filter(({ type }) => type === wanted);
  for (const moof of ofType("moof")) await fragments.read(moof, (id) => ids.has(id), edits);
  await blankBetween(reader, movie, ofType("mdat"), edits);
  for (const track of tracks) {
    if (stays(track)) edits.add(track.edits.list);
    else toSpace(track.box, edits);
  }
  const { width, height, timescale } = video;
  return { width, height, duration: duration ?? secondsOf(video.duration || fragments.of(video.id).ticks, timescale), edits: edits.list };
}
