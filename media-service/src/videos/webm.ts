import { checkSides, createEdits, type Edits, type FileBytes, Malformed, secondsOf, type VideoFacts } from "./bytes.ts";
import { createElementReader, type Element, type ElementReader, numberIn, toVoid } from "./elements.ts";

/*
 * WebM (RFC 8794, RFC 9559). A list says what stays: what a player needs for the picture and the sound. Everything else becomes
 * Void: tags, attachments, chapters, titles, dates, and what stands in elements that nobody knows. Checksums go too, since what
 * they are of changes.
 */

const header = 0x1a45dfa3;
const segment = 0x18538067;
const seekHead = 0x114d9b74;
const info = 0x1549a966;
const tracks = 0x1654ae6b;
const cluster = 0x1f43b675;
const cues = 0x1c53bb6b;
const ofSegment = new Set([seekHead, info, tracks, cluster, cues]);

const seek = 0x4dbb;
const seekId = 0x53ab;

const timestampScale = 0x2ad7b1;
const duration = 0x4489;
/** And the programs that wrote it, which must be there. */
const ofInfo = new Set([timestampScale, duration, 0x4d80, 0x5741]);

const trackEntry = 0xae;
const trackNumber = 0xd7;
const trackType = 0x83;
const video = 0xe0;
const pixelWidth = 0xb0;
const pixelHeight = 0xba;
const displayWidth = 0x54b0;
const displayHeight = 0x54ba;
const displayUnit = 0x54b2;
/** Name, and links to attachments. */
const notOfTrack = new Set([0x536e, 0x7446, 0xbf, 0xec]);
const types = { video: 1, audio: 2 };

const timestamp = 0xe7;
const simpleBlock = 0xa3;
const blockGroup = 0xa0;
const block = 0xa1;
/** And durations, references, discarded padding, and what belongs to the picture (transparency). */
const ofBlockGroup = new Set([block, 0x9b, 0xfb, 0xfa, 0x75a1, 0x75a2, 0xa4]);
/** And positions, sizes and encrypted blocks. */
const ofCluster = new Set([timestamp, simpleBlock, blockGroup, 0xa7, 0xab, 0xaf]);

/** Makes a Void of everything in an element that does not stay; gives the rest. */
async function keepOnly(reader: ElementReader, element: Element, stays: (child: Element) => boolean | Promise<boolean>, edits: Edits): Promise<Element[]> {
  const kept: Element[] = [];
  for await (const child of reader.within(element)) {
    if (await stays(child)) kept.push(child);
    else toVoid(child, edits);
  }
  return kept;
}

const readNumber = async (reader: ElementReader, element: Element) => numberIn(await reader.read(element, 8));

async function readFloat(reader: ElementReader, element: Element): Promise<number> {
  const bytes = await reader.read(element, 8);
  return bytes.length === 8 ? bytes.readDoubleBE() : bytes.length === 4 ? bytes.readFloatBE() : 0;
}

interface Track {
  number: number;
  type: number;
  width: number;
  height: number;
}

async function readTrack(reader: ElementReader, entry: Element, edits: Edits): Promise<Track> {
  const track: Track = { number: 0, type: 0, width: 0, height: 0 };
  const shown = { width: 0, height: 0, unit: 0 };
  for (const part of await keepOnly(reader, entry, ({ id }) => !notOfTrack.has(id), edits)) {
    if (part.id === trackNumber) track.number = await readNumber(reader, part);
    if (part.id === trackType) track.type = await readNumber(reader, part);
    if (part.id !== video) continue;
    for await (const side of reader.within(part)) {
      if (side.id === pixelWidth) track.width = await readNumber(reader, side);
      if (side.id === pixelHeight) track.height = await readNumber(reader, side);
      if (side.id === displayWidth) shown.width = await readNumber(reader, side);
      if (side.id === displayHeight) shown.height = await readNumber(reader, side);
      if (side.id === displayUnit) shown.unit = await readNumber(reader, side);
    }
  }
  // Other units than pixels give a shape, no size.
  if (shown.unit === 0 && shown.width > 0 && shown.height > 0) Object.assign(track, { width: shown.width, height: shown.height });
  return track;
}

/** Where an entry of the SeekHead leads is still there. */
async function seeksWhatStays(reader: ElementReader, entry: Element): Promise<boolean> {
  if (entry.id !== seek) return false;
  for await (const part of reader.within(entry)) if (part.id === seekId) return ofSegment.has(numberIn(await reader.read(part, 4)));
  return false;
}

/** What the clusters hold: how many pictures, and when the last block begins. */
interface Blocks {
  ofTrack: Map<number, number>;
  lastTimestamp: number;
}

/** The track of a block and its time within the cluster (RFC 9559, section 10.2). */
async function countBlock(reader: ElementReader, element: Element, clusterTimestamp: number, blocks: Blocks): Promise<void> {
  const head = await reader.readBeginning(element, 4);
  if (head.length < 4) throw new Malformed("a block without a head");
  // Of one byte: files with more than 126 tracks are refused for those.
  const number = (head[0] ?? 0) & 0x7f;
  blocks.ofTrack.set(number, (blocks.ofTrack.get(number) ?? 0) + 1);
  blocks.lastTimestamp = Math.max(blocks.lastTimestamp, clusterTimestamp + head.readInt16BE(1));
}

/** Reads a cluster; one of unknown size ends at an element of the segment. Gives where it ends. */
async function readCluster(reader: ElementReader, { body, end, unknownSize }: Element, blocks: Blocks, edits: Edits): Promise<number> {
  let clusterTimestamp = 0;
  for (let at = body; at < end; ) {
    const child = await reader.elementAt(at, end);
    if (unknownSize && (ofSegment.has(child.id) || child.id > 0xffffff)) return at;
    if (child.id === timestamp) clusterTimestamp = await readNumber(reader, child);
    else if (child.id === simpleBlock) await countBlock(reader, child, clusterTimestamp, blocks);
    else if (child.id === blockGroup) {
      for (const part of await keepOnly(reader, child, ({ id }) => ofBlockGroup.has(id), edits))
        if (part.id === block) await countBlock(reader, part, clusterTimestamp, blocks);
    } else if (!ofCluster.has(child.id)) toVoid(child, edits);
    at = child.end;
  }
  return end;
}

/** What a WebM shows, and what is to be blanked in it. Throws `Malformed` for one that is cut, or has no video. */
export async function readWebm(bytes: FileBytes): Promise<VideoFacts> {
  const reader = createElementReader(bytes);
  const edits = createEdits();
  const head = await reader.elementAt(0, bytes.size);
  if (head.id !== header) throw new Malformed("no EBML header");
  const body = await reader.elementAt(head.end, bytes.size);
  if (body.id !== segment) throw new Malformed("no segment");

  const found: Track[] = [];
  const blocks: Blocks = { ofTrack: new Map(), lastTimestamp: 0 };
  const times = { scale: 1_000_000, duration: 0 };
  for (let at = body.body; at < body.end; ) {
    const element = await reader.elementAt(at, body.end);
    at = element.end;
    if (element.unknownSize && element.id !== cluster) throw new Malformed("an element of unknown size");
    if (element.id === cluster) at = await readCluster(reader, element, blocks, edits);
    else if (element.id === seekHead) await keepOnly(reader, element, (entry) => seeksWhatStays(reader, entry), edits);
    else if (element.id === info) {
      for (const part of await keepOnly(reader, element, ({ id }) => ofInfo.has(id), edits)) {
        if (part.id === timestampScale) times.scale = await readNumber(reader, part);
        if (part.id === duration) times.duration = await readFloat(reader, part);
      }
    } else if (element.id === tracks) {
      for (const entry of await keepOnly(reader, element, ({ id }) => id === trackEntry, edits)) found.push(await readTrack(reader, entry, edits));
    } else if (element.id !== cues) toVoid(element, edits);
  }
  // Whatever was put behind the segment.
  if (bytes.size - body.end >= 2) toVoid({ start: body.end, end: bytes.size }, edits);
  else edits.blank(body.end, bytes.size);

  // Their samples stand between those of others. Browsers and phones write none.
  if (found.some(({ type }) => type !== types.video && type !== types.audio)) throw new Malformed("other tracks than picture and sound");
  const picture = found.find(({ type }) => type === types.video);
  if (!picture) throw new Malformed("no video track");
  checkSides(picture.width, picture.height);
  if (!blocks.ofTrack.has(picture.number)) throw new Malformed("a video without pictures");
  const { scale, duration: stated } = times;
  return { width: picture.width, height: picture.height, duration: secondsOf(stated || blocks.lastTimestamp, 1e9 / scale), edits: edits.list };
}
