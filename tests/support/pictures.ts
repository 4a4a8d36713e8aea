import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { pngChunk } from "../../app/picture.ts";

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

/** A PNG of zeros, of any size: rows of one pixel compress to nothing. */
export function blankPng(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits of grey.
  head[8] = 8;
  const pixels = deflateSync(Buffer.alloc((width + 1) * height), { level: 9 });
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), pngChunk("IHDR", head), pngChunk("IDAT", pixels), pngChunk("IEND", Buffer.alloc(0))]);
}

/** Blots of light and dark, others with each seed: what a perceptual hash knows again. */
export function blots(seed: number, side = 256): Sharp {
  const pixels = Buffer.alloc(side * side * 3);
  const random = createHash("sha256").update(String(seed)).digest();
  const at = (index: number) => random.readUInt8(index) / 256;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      let light = 128;
      for (let blot = 0; blot < 6; blot++) {
        const [left, top, radius] = [at(blot) * side, at(blot + 10) * side, (0.1 + at(blot + 20) / 4) * side];
        if (Math.hypot(x - left, y - top) < radius) light = blot % 2 === 0 ? 230 : 30;
      }
      pixels.set([light, Math.round(light * 0.8), 90], (y * side + x) * 3);
    }
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } });
}
