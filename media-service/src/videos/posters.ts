import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { childEnvironment } from "@newfeed/shared/embedded/child-environment.ts";
import type { VideoExtension } from "../sniff.ts";

/** Takes a picture of a video, in the folder given; null when there is none to be had in time. */
export type TakePoster = (source: string, extension: VideoExtension, directory: string, signal: AbortSignal) => Promise<string | null>;

const longestMs = 10_000;
const demuxers: Record<VideoExtension, string> = { mp4: "mov", mov: "mov", webm: "matroska" };
/** The most telling of the first frames, which are often black, no wider than a page. */
const filter = "thumbnail=24,scale='min(800,iw)':-2";

/** ffmpeg in the first of these folders that has it, or null. */
export async function findFfmpeg(folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    const program = join(folder, process.platform === "win32" ? "ffmpeg.exe" : "ffmpeg");
    if (
      await access(program, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return program;
  }
  return null;
}

/**
 * ffmpeg reads what strangers send: it opens this file as what it is and no other, has none of our variables, and is killed
 * when it takes long or the client is gone.
 */
export const posterBy =
  (ffmpeg: string, timeout = longestMs): TakePoster =>
  (source, extension, directory, signal) => {
    const poster = join(directory, "poster.png");
    const reading = ["-protocol_whitelist", "file", "-max_pixels", "40000000", "-threads", "1", "-f", demuxers[extension], "-i", source];
    const writing = ["-map", "0:v:0", "-frames:v", "1", "-vf", filter, "-threads", "1", "-f", "image2", "-update", "1", poster];
    return new Promise((resolve, reject) => {
      const child = spawn(ffmpeg, ["-nostdin", "-v", "quiet", ...reading, ...writing], {
        ...{ cwd: directory, env: childEnvironment(), stdio: "ignore", signal, timeout, killSignal: "SIGKILL" },
      });
      // Killed for its caller, or not even started: once it is gone.
      child.once("error", () => {});
      child.once("close", (code) => (signal.aborted ? reject(signal.reason) : resolve(code === 0 ? poster : null)));
    });
  };
