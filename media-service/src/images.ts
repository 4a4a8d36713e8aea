import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { limitConcurrency } from "@newfeed/shared/runtime/concurrency.ts";
import { encode } from "blurhash";
import type { Sharp, SharpOptions } from "sharp";
import type { ImageExtension } from "./sniff.ts";

export interface ProcessedImage {
  /** The image, written anew: its pixels and nothing else. */
  file: string;
  bytes: number;
  width: number;
  height: number;
  /** At most 400 pixels wide and high, WEBP. */
  thumbnail: string;
  blurhash: string;
}

/** Turns an uploaded image into what is kept, in the folder given. Throws `unprocessable_media`, `service_unavailable`. */
export type ProcessImage = (source: string, extension: ImageExtension, directory: string) => Promise<ProcessedImage>;

const maxFrames = 500;
const thumbnailPixels = 400;
const blurhashPixels = 32;
/** Each may take a second or two of processor time, and a hundred megabytes. */
const atOnce = 2;
const mayWait = 16;

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

export function createImageProcessor(): ProcessImage {
  const takeTurn = limitConcurrency(atOnce, mayWait, "images to process");
  return (source, extension, directory) =>
    takeTurn(async () => {
      const sharp = await load();
      try {
        return await process(sharp, source, extension, directory);
      } catch (error) {
        if (error instanceof Problem) throw error;
        // The file was written by us a moment ago: what libvips cannot do with it is the content's fault.
        throw new Problem("unprocessable_media", { internal: error instanceof Error ? error.message : String(error), cause: error });
      }
    });
}

async function process(sharp: Awaited<ReturnType<typeof load>>, source: string, extension: ImageExtension, directory: string): Promise<ProcessedImage> {
  // All frames of an animation count towards the pixels.
  const reading: SharpOptions = { limitInputPixels: bounds.imagePixels, failOn: "error" };
  const { pages = 1 } = await sharp(source, reading).metadata();
  const animated = pages > 1 && (extension === "gif" || extension === "webp");
  if (animated && pages > maxFrames) throw new Problem("unprocessable_media", { message: `An animation may have at most ${maxFrames} frames.` });

  const file = join(directory, `image.${extension}`);
  // Orientation lives in the metadata that is dropped, so it is applied to the pixels; sharp cannot turn animations.
  const upright = animated ? sharp(source, { ...reading, animated }) : sharp(source, reading).autoOrient();
  const { width, height, pageHeight } = await writers[extension](upright).toFile(file);

  const thumbnail = join(directory, "thumbnail.webp");
  await sharp(file).resize(thumbnailPixels, thumbnailPixels, { fit: "inside", withoutEnlargement: true }).webp().toFile(thumbnail);
  const small = await sharp(thumbnail).resize(blurhashPixels, blurhashPixels, { fit: "inside" }).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    file,
    bytes: (await stat(file)).size,
    width,
    height: pageHeight ?? height,
    thumbnail,
    blurhash: encode(new Uint8ClampedArray(small.data), small.info.width, small.info.height, 4, 3),
  };
}
