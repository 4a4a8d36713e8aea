import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { box, element, fragmentedMp4, mp4, secrets, webm } from "../../../tests/support/videos.ts";
import type { VideoExtension } from "../sniff.ts";
import { fileBytes, Malformed } from "./bytes.ts";
import { readMp4 } from "./mp4.ts";
import { cleanVideo } from "./videos.ts";
import { readWebm } from "./webm.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "newfeed-videos-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function clean(content: Buffer, extension: VideoExtension = "mp4") {
  const path = join(directory, `video.${extension}`);
  await writeFile(path, content);
  const facts = await cleanVideo(path, extension);
  return { ...facts, content: await readFile(path) };
}
const refused = (content: Buffer, extension?: VideoExtension) => expect(clean(content, extension)).rejects.toMatchObject({ code: "unprocessable_media" });

/** The samples, each with where it is. */
const samplesIn = (content: Buffer) => [...content.toString("latin1").matchAll(/(picture|sound) \d+;/g)].map(({ 0: text, index }) => `${text} at ${index}`);
const hidden = ({ content }: { content: Buffer }) => Object.values(secrets).filter((secret) => content.includes(secret, 0, "latin1"));

const whole: [string, VideoExtension, (secretive: boolean) => Buffer][] = [
  ["an MP4", "mp4", (secretive) => mp4({ secretive })],
  ["an MP4 whose moov comes first", "mp4", (secretive) => mp4({ secretive, moovFirst: true })],
  ["a MOV", "mov", (secretive) => mp4({ secretive, brand: "qt  " })],
  ["a fragmented MP4", "mp4", (secretive) => fragmentedMp4({ secretive })],
  ["a WebM", "webm", (secretive) => webm({ secretive })],
  ["a WebM as a browser records it", "webm", (secretive) => webm({ secretive, live: true })],
];

describe.each(whole)("%s", (_name, extension, make) => {
  test("loses what it says of places, people and devices, and not a byte of its pictures and sound", async () => {
    const before = make(true);
    const after = await clean(before, extension);
    expect(hidden(after)).toEqual([]);
    expect(after.content.length).toBe(before.length);
    expect(samplesIn(after.content)).toEqual(samplesIn(before));
    expect(samplesIn(before).length).toBeGreaterThan(5);
    // What is clean stays as it is.
    expect((await clean(after.content, extension)).content.equals(after.content)).toBe(true);
  });

  test("is refused when it is cut anywhere", async () => {
    const content = make(false);
    for (const share of [0.2, 0.5, 0.7, 0.9, 0.99]) {
      const part = content.subarray(0, Math.floor(content.length * share));
      // What a browser recorded so far is whole between two clusters or fragments; it is so at none of these.
      await refused(part, extension);
    }
  });
});

describe("what is read of a video", () => {
  test("is its size as it is shown, and how long it lasts", async () => {
    expect(await clean(mp4())).toMatchObject({ width: 640, height: 360, duration: 2 });
    expect(await clean(mp4({ turned: true }), "mov")).toMatchObject({ width: 360, height: 640 });
    expect(await clean(fragmentedMp4())).toMatchObject({ width: 320, height: 240, duration: 0.6 });
    expect(await clean(webm({ width: 1_280, height: 720 }), "webm")).toMatchObject({ width: 1_280, height: 720, duration: 0.6 });
    expect(await clean(webm({ live: true }), "webm")).toMatchObject({ duration: 0.1 });
  });
});

describe("no video:", () => {
  const ftyp = box("ftyp", "isom", "\0\0\x02\0", "isommp41");
  test.each<[string, Buffer, VideoExtension?]>([
    ["a type box with anything behind it", Buffer.concat([ftyp, Buffer.from("<html><script>alert(1)</script></html>")])],
    ["a type box and data", Buffer.concat([ftyp, box("mdat", "0123456789".repeat(100))])],
    ["a type box alone", ftyp],
    ["a movie without tracks", Buffer.concat([ftyp, box("moov"), box("mdat", "x")])],
    ["two movies", Buffer.concat([mp4(), mp4().subarray(ftyp.length)])],
    ["sound only", mp4({ video: false })],
    ["sound only", webm({ video: false }), "webm"],
    ["no pictures", mp4({ pictures: 0 })],
    ["no pictures", webm({ pictures: 0 }), "webm"],
    ["samples in another file", mp4({ reference: 0 })],
    ["no size", mp4({ width: 0 })],
    ["a WebM with subtitles", webm({ subtitles: true }), "webm"],
    ["an EBML header with anything behind it", Buffer.concat([element("1a45dfa3", element("4282", "webm")), Buffer.from("<html>")]), "webm"],
    ["an EBML header alone", element("1a45dfa3", element("4282", "webm")), "webm"],
  ])("%s", (_what, content, extension) => refused(content, extension));

  test("boxes in boxes without end, tables without end, elements without end", async () => {
    let nested: Buffer = Buffer.alloc(0);
    for (let depth = 0; depth < 5_000; depth++) nested = box("moov", nested);
    await refused(Buffer.concat([ftyp, nested]));
    await refused(Buffer.concat([ftyp, box("moov", ...Array.from({ length: 30_000 }, () => box("trak"))), box("mdat", "x")]));
    const endless = mp4();
    endless.writeUInt32BE(0xffffffff, endless.indexOf("stsz") + 12);
    await refused(endless);
    await refused(Buffer.concat([element("1a45dfa3"), element("18538067", Buffer.alloc(3_000_000, "ec80", "hex"))]), "webm");
  }, 20_000);
});

describe("a table", () => {
  test("of a track that goes may be as long as any", async () => {
    const chunks = 400_000;
    const offsets = Buffer.alloc(8 + 4 * chunks);
    offsets.writeUInt32BE(chunks, 4);
    const hdlr = box("hdlr", Buffer.alloc(8), "meta", Buffer.alloc(12));
    const trak = box("trak", box("mdia", hdlr, box("minf", box("stbl", box("stco", offsets)))));
    const content = Buffer.concat([mp4(), trak]);
    const moov = content.indexOf("moov") - 4;
    content.writeUInt32BE(content.length - moov, moov);
    expect(await clean(content)).toMatchObject({ width: 640, height: 360 });
  });

  test("of samples that say nothing themselves costs nothing, however many there are", async () => {
    const word = (value: number) => Buffer.from(value.toString(16).padStart(8, "0"), "hex");
    const runs = Array.from({ length: 19_000 }, () => box("trun", word(0), word(100_000)));
    const moof = box("moof", box("traf", box("tfhd", word(0x020000), word(1)), ...runs));
    expect(await clean(Buffer.concat([fragmentedMp4(), moof]))).toMatchObject({ width: 320, height: 240 });
  }, 20_000);
});

/** A file that is in memory: of reading alone there can be much more. */
const inMemory = (content: Buffer) => ({
  read: async (into: Buffer, offset: number, length: number, position: number) => ({ bytesRead: content.copy(into, offset, position, position + length) }),
});

describe("a damaged file is refused or read, and nothing else", () => {
  test.each(whole)("%s", async (_name, extension, make) => {
    const content = make(true);
    const read = extension === "webm" ? readWebm : readMp4;
    const mutation = fc.record({ at: fc.nat(content.length - 1), bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
        const damaged = Buffer.from(content);
        for (const { at, bytes } of mutations) damaged.set(bytes.subarray(0, damaged.length - at), at);
        try {
          const { width, height, duration, edits } = await read(fileBytes(inMemory(damaged) as never, damaged.length));
          for (const edit of edits) expect(edit.at + ("bytes" in edit ? edit.bytes.length : edit.zeros)).toBeLessThanOrEqual(damaged.length);
          for (const side of [width, height]) expect(Number.isInteger(side) && side > 0 && side < 65_536).toBe(true);
          expect(duration === null || duration > 0).toBe(true);
        } catch (error) {
          if (!(error instanceof Malformed)) throw error;
        }
      }),
      { numRuns: 500, endOnFailure: true },
    );
  });
});
