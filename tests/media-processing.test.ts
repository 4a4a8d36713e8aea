import { eventually } from "@newfeed/shared/testing/eventually.ts";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { percentile } from "./support/cluster/crowds.ts";
import { type Answer, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { blankPng, twoHalves } from "./support/pictures.ts";
import { bytesOf, filesIn, form, sendImage, uploadFolders } from "./support/uploads.ts";

/** On a quiet machine times mean something. */
const full = process.env.CROWDS === "full";

/** So many uploads of one user the gateway lets through at a time. */
const inService = 4;

let feed: TestFeed;
let ann: Person;
let ben: Person;
let heavy: Buffer;
beforeAll(async () => {
  feed = await startTestFeed();
  [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
  heavy = await frames(50, 100);
});
afterAll(() => feed.close());

/** A GIF of so many frames, all different, square. */
function frames(count: number, side: number): Promise<Buffer> {
  const raw = Buffer.alloc(side * side * count * 3);
  for (let at = 0; at < raw.length; at++) raw[at] = (at * 7 + Math.floor(at / (side * side * 3)) * 31) & 255;
  return sharp(raw, { raw: { width: side, height: side * count, channels: 3, pageHeight: side } })
    .gif({ effort: 1 })
    .toBuffer();
}

/** A GIF of so many frames of one pixel each, on a canvas of any size (GIF89a). */
function tinyFrames(width: number, height: number, count: number): Buffer {
  const word = (value: number) => [value & 255, value >> 8];
  const frame = (index: number) => [0x21, 0xf9, 4, 0, 8, 0, 0, 0, 0x2c, ...word(index % width), 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
  const frames = Array.from({ length: count }, (_, index) => frame(index)).flat();
  return Buffer.from([...Buffer.from("GIF89a"), ...word(width), ...word(height), 0x80, 0, 0, 0, 0, 0, 255, 255, 255, ...frames, 0x3b]);
}

describe("a picture that costs more than it shows", () => {
  test.each([
    ["1 × 40,000,000", 1, 40_000_000],
    ["40,000,000 × 1", 40_000_000, 1],
    ["16,385 × 2", 16_385, 2],
  ])("of %s pixels is refused by its header", async (_name, width, height) => {
    const png = blankPng(width, height);
    expect(png.length).toBeLessThan(200_000);
    const started = performance.now();
    const answers = await Promise.all([sendImage(ann, png), sendImage(ann, png)]);
    for (const { status, body } of answers) expect({ status, body }).toMatchObject({ status: 422, body: { code: "unprocessable_media" } });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test("a strip of 16,384 pixels is kept", async () => {
    expect(await sendImage(ann, blankPng(2, 16_384))).toMatchObject({ status: 201, body: { width: 2, height: 16_384 } });
  });

  test.each([
    ["501 frames", 4, 4, 501],
    ["41 megapixels in all frames", 640, 640, 101],
  ])("an animation of %s is refused by its header", async (_name, width, height, count) => {
    expect(await sendImage(ann, tinyFrames(width, height, count))).toMatchObject({ status: 422, body: { code: "unprocessable_media" } });
  });
});

describe("processing", () => {
  test("takes users in turns: one with many heavy animations does not hold up another", async () => {
    const done: string[] = [];
    const note = (name: string) => (answer: Answer) => done.push(`${name} ${answer.status}`);
    const many = Array.from({ length: 5 }, () => sendImage(ann, heavy).then(note("ann")));
    await eventually(async () => expect((await filesIn(feed, "uploads")).length).toBeGreaterThanOrEqual(inService));
    await sendImage(ben, await twoHalves(400, 300).jpeg().toBuffer()).then(note("ben"));
    // Two of Ann's may have been done before his came; behind those that were there, he would be fourth at best.
    expect(done.indexOf("ben 201")).toBeLessThanOrEqual(2);
    await Promise.all(many);
    expect(done.filter((name) => name === "ann 201")).toHaveLength(5);
  }, 60_000);

  test("of extreme pictures of one user leaves another's uploads as quick as before", async () => {
    const photo = await twoHalves(3_000, 2_000).jpeg().toBuffer();
    const timeOf = async () => {
      const began = performance.now();
      expect((await sendImage(ben, photo)).status).toBe(201);
      return performance.now() - began;
    };
    const several = async (before: () => unknown) => {
      const times: number[] = [];
      for (let turn = 0; turn < (full ? 15 : 3); turn++) {
        await before();
        times.push(await timeOf());
      }
      return percentile(times, 0.5);
    };
    await timeOf();
    const usual = await several(() => {});
    let stopped = false;
    const burden = Promise.all(
      [tinyFrames(280, 280, 500), blankPng(10_000, 4_000)].map(async (extreme) => {
        while (!stopped) await sendImage(ann, extreme);
      }),
    );
    const strips = [blankPng(1, 40_000_000), blankPng(40_000_000, 1)];
    const meanwhile = await several(() => Promise.all(strips.map((strip) => sendImage(ann, strip))));
    stopped = true;
    await burden;
    process.stderr.write(`an upload takes ${usual.toFixed(0)} ms, and ${meanwhile.toFixed(0)} ms beside extreme ones\n`);
    if (full) expect(meanwhile).toBeLessThan(usual * 2);
  }, 120_000);

  test("is dropped when its client is gone, also while it waits", async () => {
    const leaving = new AbortController();
    const upload = () =>
      fetch(`${feed.url}/api/media/upload/image`, {
        method: "POST",
        headers: { authorization: `Bearer ${ann.token}` },
        body: form("image", heavy),
        signal: leaving.signal,
      });
    const sent = Promise.allSettled(Array.from({ length: 8 }, upload));
    await eventually(async () => expect((await filesIn(feed, "uploads")).length).toBeGreaterThanOrEqual(inService));
    const before = await filesIn(feed, "media");
    leaving.abort();
    expect((await sent).every(({ status }) => status === "rejected")).toBe(true);
    await eventually(async () => expect(await uploadFolders(feed)).toEqual([]));
    // One may have been about to be stored.
    expect((await filesIn(feed, "media")).length - before.length).toBeLessThanOrEqual(2);
  }, 60_000);
});

test.each([2, 3, 4, 5, 6, 7, 8])("an animated WebP of orientation %i is upright, like a still one", async (orientation) => {
  const [width, height] = [16, 12];
  // Each frame has a corner of its own brightness.
  const frame = (level: number) => {
    const pixels = Buffer.alloc(width * height * 3, 40);
    for (let row = 0; row < 4; row++) pixels.fill(level, row * width * 3, (row * width + 5) * 3);
    return pixels;
  };
  const raw = Buffer.concat([frame(250), frame(160), frame(90)]);
  const strip = sharp(raw, { raw: { width, height: height * 3, channels: 3, pageHeight: height } });
  const options = { lossless: true, delay: [80, 90, 100] };
  const { status, body } = await sendImage(ann, await strip.withMetadata({ orientation }).webp(options).toBuffer(), "loop.webp");
  const upright = await sharp(
    await sharp(frame(250), { raw: { width, height, channels: 3 } })
      .withMetadata({ orientation })
      .png()
      .toBuffer(),
  )
    .autoOrient()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect({ status, body }).toMatchObject({ status: 201, body: { width: upright.info.width, height: upright.info.height } });
  const stored = await bytesOf(feed, body.url);
  expect(await sharp(stored, { animated: true }).metadata()).toMatchObject({ pages: 3, delay: [80, 90, 100], pageHeight: upright.info.height });
  const first = await sharp(stored).removeAlpha().raw().toBuffer();
  for (const [at, level] of first.entries()) expect(Math.abs(level - (upright.data[at] ?? 0))).toBeLessThan(24);
});
