import { open } from "node:fs/promises";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { VideoExtension } from "../sniff.ts";
import { applyEdits, fileBytes, Malformed, type VideoFacts } from "./bytes.ts";
import { readMp4 } from "./mp4.ts";
import { readWebm } from "./webm.ts";

const readers = { mp4: readMp4, mov: readMp4, webm: readWebm };

/**
 * Reads an uploaded video, and blanks in it what is neither picture nor sound: places, people, dates, descriptions, other
 * tracks. Nothing moves. Throws `unprocessable_media` for one that is cut, has no video track, or is none at all.
 */
export async function cleanVideo(path: string, extension: VideoExtension): Promise<Omit<VideoFacts, "edits">> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    const { edits, ...facts } = await readers[extension](fileBytes(file, size));
    await applyEdits(file, edits);
    return facts;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Problem("unprocessable_media", { message: "The file is no whole video.", internal: error.message, cause: error });
  } finally {
    await file.close();
  }
}
