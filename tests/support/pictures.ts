import sharp from "sharp";

/** Left half red, right half blue. */
export const twoHalves = (width = 40, height = 20) =>
  sharp({ create: { width, height, channels: 3, background: "red" } }).composite([
    { input: { create: { width: width / 2, height, channels: 3, background: "blue" } }, left: width / 2, top: 0 },
  ]);

/** A phone's photo: rotated, with metadata about its place and owner. */
export const phonePhoto = () =>
  twoHalves()
    .withMetadata({ orientation: 6, exif: { IFD0: { Copyright: "secret owner" }, IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 3230/100" } } })
    .jpeg()
    .toBuffer();

/** Frames of increasing brightness. */
export async function animation(format: "gif" | "webp", frames = 3): Promise<Buffer> {
  const [width, height] = [16, 12];
  const raw = Buffer.concat(Array.from({ length: frames }, (_, frame) => Buffer.alloc(width * height * 3, 40 + frame * 60)));
  const strip = sharp(raw, { raw: { width, height: height * frames, channels: 3, pageHeight: height } });
  return format === "gif" ? strip.gif({ delay: Array(frames).fill(120), loop: 0 }).toBuffer() : strip.webp({ delay: Array(frames).fill(120) }).toBuffer();
}

/** 41 megapixels in a few kilobytes. */
export const bomb = () =>
  sharp({ create: { width: 8_200, height: 5_000, channels: 3, background: "grey" } })
    .png({ compressionLevel: 9 })
    .toBuffer();

export const svg = Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
export const html = Buffer.from("<!doctype html><html><script>alert(1)</script></html>");

const box = (type: string, content: Buffer) => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, content]);
};

/** Starts of videos, sufficient to detect their type. */
export const mp4 = Buffer.concat([box("ftyp", Buffer.from("isom\0\0\x02\0isommp41", "latin1")), box("mdat", Buffer.from("0123456789".repeat(100)))]);
export const mov = Buffer.concat([box("ftyp", Buffer.from("qt  \0\0\x02\0qt  ", "latin1")), box("mdat", Buffer.alloc(64))]);
export const webm = Buffer.from("1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581021853806701ffffffffffffff", "hex");
export const matroska = Buffer.from("1a45dfa3a34286810142f7810142f2810442f381084282886d6174726f736b61428781044285810218538067", "hex");
