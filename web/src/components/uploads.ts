import { type Attachment, createObservable } from "@newfeed/client";
import { client } from "../data/client.ts";
import { useObservable } from "../data/hooks.ts";
import { describeProblem } from "../data/problems.ts";

/** The types that media-service accepts. */
export const accepted = "image/jpeg,image/png,image/gif,image/webp,video/mp4,video/webm,video/quicktime";
const most = 10;

export interface Upload {
  key: string;
  /** The account that it is for. */
  owner: string;
  name: string;
  kind: "image" | "video";
  /** An address of the local file, so that it is shown at once. */
  preview: string;
  /** 0 to 1. */
  progress: number;
  problem?: string;
  media?: Attachment;
}

/** What is attached to the post that is being written: it stays while the user looks at other pages. */
const uploads = createObservable<readonly Upload[]>([]);
const aborts = new Map<string, AbortController>();

addEventListener("beforeunload", (event) => {
  // Files do not outlive the page, unlike text.
  if (uploads.state.length > 0) event.preventDefault();
});

const change = (key: string, patch: Partial<Upload>) => uploads.set(uploads.state.map((one) => (one.key === key ? { ...one, ...patch } : one)));

async function send(key: string, file: File, kind: Upload["kind"]): Promise<void> {
  const abort = new AbortController();
  aborts.set(key, abort);
  try {
    const answer = await client.media.upload(file, {
      signal: abort.signal,
      filename: file.name,
      onProgress: ({ sent, total }) => change(key, { progress: total > 0 ? sent / total : 0 }),
    });
    const { id, url, thumbnailUrl, width, height, blurhash } = answer;
    const duration = "duration" in answer ? answer.duration : null;
    change(key, { progress: 1, media: { id, kind, url, thumbnailUrl, width, height, duration, blurhash } });
  } catch (error) {
    if (!abort.signal.aborted) change(key, { problem: describeProblem(error) });
  } finally {
    aborts.delete(key);
  }
}

/** Attaches the files that fit and begins to upload them. Returns how many. */
export function addUploads(owner: string, files: Iterable<File>): number {
  const mine = uploads.state.filter((upload) => upload.owner === owner);
  const fitting = [...files].filter(({ type }) => accepted.split(",").includes(type)).slice(0, most - mine.length);
  const added = fitting.map((file): [Upload, File] => {
    const kind = file.type.startsWith("video/") ? "video" : "image";
    return [{ key: crypto.randomUUID?.() ?? `${Math.random()}`, owner, name: file.name, kind, preview: URL.createObjectURL(file), progress: 0 }, file];
  });
  // What another account attached is not shown to this one.
  uploads.set([...mine, ...added.map(([upload]) => upload)]);
  for (const [{ key, kind }, file] of added) void send(key, file, kind);
  return fitting.length;
}

/** Detaches a file; its upload is aborted or deleted. */
export function removeUpload(key: string): void {
  aborts.get(key)?.abort();
  const one = uploads.state.find((upload) => upload.key === key);
  if (one?.media) client.media.delete(one.media.id).catch(() => {}); // otherwise it expires after a day
  if (one) URL.revokeObjectURL(one.preview);
  uploads.set(uploads.state.filter((upload) => upload.key !== key));
}

/** Detaches all that belong to a post now. */
export const takeUploads = (taken: readonly Upload[]): void => uploads.set(uploads.state.filter((upload) => !taken.includes(upload)));

/** Attaches them again, before what was attached meanwhile. */
export const returnUploads = (taken: readonly Upload[]): void => uploads.set([...taken, ...uploads.state]);

export const useUploads = (owner: string): readonly Upload[] => useObservable(uploads).filter((upload) => upload.owner === owner);
