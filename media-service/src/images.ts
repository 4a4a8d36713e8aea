import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { PictureShape, PictureSize } from "@newfeed/shared/contracts/profile-pictures.ts";
import { encode } from "blurhash";
import type { Metadata, Sharp, SharpOptions } from "sharp";
import type { ImageExtension } from "./sniff.ts";

/** What stands for a picture, or a video, until it is shown. */
export interface Preview {
  /** A small WEBP. */
  thumbnail: string;
  blurhash: string;
}

/** What stands for a picture, and how it looks: see `PictureHash`. Null where there is too little to see in it. */
interface Hashed {
  pictureHash: string | null;
}

export interface ProcessedImage extends Preview, Hashed {
  /** The image, written anew: its pixels and nothing else. */
  file: string;
  bytes: number;
  width: number;
  height: number;
}

/** A picture of a profile, in three sizes. */
export interface ProfilePicture extends Hashed {
  files: Record<PictureSize, string>;
  /** Of all files. */
  bytes: number;
  blurhash: string;
}

export interface ProcessImages {
  /** Turns an uploaded image into what is kept, in the folder given. */
  process(source: string, extension: ImageExtension, directory: string, signal: AbortSignal): Promise<ProcessedImage>;
  /** Turns the middle of an uploaded image, of an animation's first frame, into a picture of a profile, in the folder given. */
  profilePicture(source: string, shape: PictureShape, directory: string, signal: AbortSignal): Promise<ProfilePicture>;
  /** How an uploaded image looks. */
  hash(source: string, signal: AbortSignal): Promise<string | null>;
  /** A preview of an image, at most so many pixels wide and high. */
  preview(source: string, pixels: number, directory: string, signal: AbortSignal): Promise<Preview>;
}

const maxFrames = 500;
const thumbnailPixels = 400;
const blurhashPixels = 32;
/** An upload is done, or refused, while the gateway waits (30 s with its turn in the queue). The largest photos take two or three seconds. */
const longestSeconds = 12;
/** All frames of an animation that is to be turned are in memory at once. */
const turnedPixels = 16_000_000;

/** Each format stays what it was. (A quality would make PNG lose colours.) */
const writers: Record<ImageExtension, (image: Sharp) => Sharp> = {
  jpg: (image) => image.jpeg({ quality: 85 }),
  png: (image) => image.png(),
  gif: (image) => image.gif(),
  webp: (image) => image.webp({ quality: 85 }),
};

/** sharp is heavy: a server that gets no uploads never loads it. */
async function load() {
  const { default: sharp } = await import("sharp");
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

/** Opens a file, or raw pixels, for one step. Throws the signal's reason when it is aborted. */
type Open = (source: string | Buffer, options?: SharpOptions) => Sharp;

/** Throws `unprocessable_media` for what sharp cannot read, or not in time, and the signal's reason when it is aborted. */
async function withSharp<T>(signal: AbortSignal, work: (open: Open) => Promise<T>): Promise<T> {
  const sharp = await load();
  const end = performance.now() + longestSeconds * 1_000;
  try {
    return await work((source, options) => {
      signal.throwIfAborted();
      const left = Math.ceil((end - performance.now()) / 1_000);
      if (left <= 0) throw new Error("no time left");
      return sharp(source, { limitInputPixels: bounds.imagePixels, failOn: "error", ...options }).timeout({ seconds: left });
    });
  } catch (error) {
    if (error instanceof Problem || signal.aborted) throw error;
    // The file was written by us a moment ago: what libvips cannot do with it is the content's fault.
    throw new Problem("unprocessable_media", { internal: error instanceof Error ? error.message : String(error), cause: error });
  }
}

const refusal = (message: string) => new Problem("unprocessable_media", { message });

/** Decides by the header alone. Throws `unprocessable_media`. */
function checkSize({ width, height }: Metadata, frames: number): void {
  if (Math.max(width, height) > bounds.imageSide) throw refusal(`A picture may be at most ${bounds.imageSide} pixels wide and high.`);
  if (frames > maxFrames) throw refusal(`An animation may have at most ${maxFrames} frames.`);
  if (width * height * frames > bounds.imagePixels)
    throw refusal(`A picture may have at most ${bounds.imagePixels / 1_000_000} megapixels, in all frames together.`);
}

/** How the pixels are to be turned, by Exif's orientation (CIPA DC-008, "Orientation"): first mirrored, then by an angle, as sharp does. */
const turns: Record<number, { angle: number; mirrored: boolean }> = {
  2: { angle: 0, mirrored: true },
  3: { angle: 180, mirrored: false },
  4: { angle: 180, mirrored: true },
  5: { angle: 270, mirrored: true },
  6: { angle: 90, mirrored: false },
  7: { angle: 90, mirrored: true },
  8: { angle: 270, mirrored: false },
};

/** sharp turns no animations, so each frame is turned on its own. */
async function openAnimation(
  open: Open,
  source: string,
  { orientation = 1, width, height, pages = 1, delay, loop }: Metadata,
): Promise<{ image: Sharp; timing: object }> {
  const turn = turns[orientation];
  if (!turn) return { image: open(source, { animated: true }), timing: {} };
  const { data, info } = await open(source, { animated: true, limitInputPixels: turnedPixels }).raw().toBuffer({ resolveWithObject: true });
  const { channels } = info;
  const bytes = width * height * channels;
  const turned: Buffer[] = [];
  for (let at = 0; at < data.length; at += bytes) {
    const frame = open(data.subarray(at, at + bytes), { raw: { width, height, channels } }).rotate(turn.angle);
    turned.push(await (turn.mirrored ? frame.flop() : frame).raw().toBuffer());
  }
  const [across, down] = turn.angle % 180 === 0 ? [width, height] : [height, width];
  const raw = { width: across, height: down * pages, channels, pageHeight: down };
  return { image: open(Buffer.concat(turned), { raw }), timing: { delay, loop } };
}

async function blurhashOf(open: Open, file: string): Promise<string> {
  const { data, info } = await open(file).resize(blurhashPixels, blurhashPixels, { fit: "inside" }).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return encode(new Uint8ClampedArray(data), info.width, info.height, 4, 3);
}

/** Its fine detail does not matter: libraries of perceptual hashes look at 32 pixels. */
const hashedPixels = 64;
/** A picture of one colour, or of a faint gradient, would look like all others of its kind. */
const leastContrast = 4;

/** How the whole picture looks, of an animation its first frame: a hash of its lowest frequencies (pHash). */
async function hashOf(open: Open, source: string): Promise<string | null> {
  const small = await open(source)
    .autoOrient()
    .flatten({ background: "#fff" })
    .resize(hashedPixels, hashedPixels, { fit: "fill" })
    .greyscale()
    .png()
    .toBuffer();
  const { channels } = await open(small).stats();
  if ((channels[0]?.stdev ?? 0) < leastContrast) return null;
  // Its types speak of an ES module, which it is not.
  const { default: phash } = (await import("sharp-phash")) as unknown as { default: (image: Buffer) => Promise<string> };
  return BigInt(`0b${await phash(small)}`)
    .toString(16)
    .padStart(16, "0");
}

async function writePreview(open: Open, source: string, pixels: number, directory: string): Promise<Preview> {
  const thumbnail = join(directory, "thumbnail.webp");
  await open(source).resize(pixels, pixels, { fit: "inside", withoutEnlargement: true }).webp().toFile(thumbnail);
  return { thumbnail, blurhash: await blurhashOf(open, thumbnail) };
}

async function writeProfilePicture(open: Open, source: string, { widths, ratio }: PictureShape, directory: string): Promise<ProfilePicture> {
  const fileOf = (width: number) => join(directory, `picture-${width}.webp`);
  const files = { small: fileOf(widths.small), medium: fileOf(widths.medium), large: fileOf(widths.large) };
  let bytes = 0;
  for (const size of ["large", "medium", "small"] as const) {
    const image = size === "large" ? open(source).autoOrient() : open(files.large);
    const [width, height] = [widths[size], Math.round(widths[size] / ratio)];
    bytes += (await image.resize(width, height, { fit: "cover" }).webp({ quality: 85 }).toFile(files[size])).size;
  }
  return { files, bytes, blurhash: await blurhashOf(open, files.small), pictureHash: await hashOf(open, source) };
}

export const images: ProcessImages = {
  preview: (source, pixels, directory, signal) => withSharp(signal, (open) => writePreview(open, source, pixels, directory)),

  hash: (source, signal) =>
    withSharp(signal, async (open) => {
      checkSize(await open(source).metadata(), 1);
      return hashOf(open, source);
    }),

  profilePicture: (source, shape, directory, signal) =>
    withSharp(signal, async (open) => {
      checkSize(await open(source).metadata(), 1);
      return writeProfilePicture(open, source, shape, directory);
    }),

  process: (source, extension, directory, signal) =>
    withSharp(signal, async (open) => {
      const metadata = await open(source).metadata();
      const { pages = 1 } = metadata;
      const animated = pages > 1 && (extension === "gif" || extension === "webp");
      checkSize(metadata, animated ? pages : 1);

      const file = join(directory, `image.${extension}`);
      // Orientation lives in the metadata that is dropped, so it is applied to the pixels.
      const { image, timing } = animated ? await openAnimation(open, source, metadata) : { image: open(source).autoOrient(), timing: {} };
      const written = writers[extension](image);
      const { width, height, pageHeight } = await (extension === "webp" && animated ? written.webp(timing) : written).toFile(file);
      const preview = await writePreview(open, file, thumbnailPixels, directory);
      return { file, bytes: (await stat(file)).size, width, height: pageHeight ?? height, ...preview, pictureHash: await hashOf(open, preview.thumbnail) };
    }),
};
