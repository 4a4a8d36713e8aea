import { type Attachment, createObservable } from "@newfeed/client";
import { useEffect } from "react";
import { client } from "../data/client.ts";
import { useObservable } from "../data/hooks.ts";
import { describeFile, forgetFile, isOwnedBy, type KeptFile, keepFile, readFiles } from "../data/kept-files.ts";
import { describeProblem } from "../data/problems.ts";

/** The types that media-service accepts. */
export const accepted = "image/jpeg,image/png,image/gif,image/webp,video/mp4,video/webm,video/quicktime,application/pdf";
const most = 10;

/** What an answer to an upload says only of some kinds. */
const notSaid = { thumbnailUrl: null, width: null, height: null, duration: null, blurhash: null, name: null, bytes: null, alt: null };

export interface Upload {
  key: string;
  /** The account that it is for, or one of its places. */
  owner: string;
  name: string;
  kind: Attachment["kind"];
  /** An address of the local file, so that it is shown at once. */
  preview: string;
  /** 0 to 1. */
  progress: number;
  problem?: string;
  media?: Attachment;
  /** What it shows, in words. */
  alt?: string | undefined;
  /** It is there again after a reload. */
  kept: boolean;
}

/** What is attached to the post that is being written: it stays while the user looks at other pages, and on the device. */
const uploads = createObservable<readonly Upload[]>([]);
const aborts = new Map<string, AbortController>();

addEventListener("beforeunload", (event) => {
  if (uploads.state.some(({ kept }) => !kept)) event.preventDefault();
});

const change = (key: string, patch: Partial<Upload>) => uploads.set(uploads.state.map((one) => (one.key === key ? { ...one, ...patch } : one)));

/** Keeps a file on the device, as it is now. */
async function keep(file: KeptFile): Promise<void> {
  const alt = uploads.state.find(({ key }) => key === file.key)?.alt;
  const kept = await keepFile({ ...file, alt });
  if (uploads.state.some(({ key }) => key === file.key)) change(file.key, { kept });
  // Detached meanwhile.
  else if (!sending.has(file.key)) void forgetFile(file.key);
}

async function send(kept: KeptFile): Promise<void> {
  const { key, file, kind, name } = kept;
  const abort = new AbortController();
  aborts.set(key, abort);
  try {
    const answer = await client.media.upload(file, {
      signal: abort.signal,
      filename: name,
      onProgress: ({ sent, total }) => change(key, { progress: total > 0 ? sent / total : 0 }),
    });
    const { success: _, public_id, expiresAt, ...made } = answer;
    const media = { ...notSaid, kind, ...made };
    change(key, { progress: 1, media });
    await keep({ ...kept, media });
  } catch (error) {
    if (!abort.signal.aborted) change(key, { problem: describeProblem(error) });
  } finally {
    aborts.delete(key);
  }
}

/** What another account attached is not shown to this one. */
function attach(owner: string, files: readonly KeptFile[], kept = false): void {
  const [accountId = ""] = owner.split("/");
  const before = uploads.state.filter((upload) => isOwnedBy(accountId, upload));
  const shown = files.map(({ file, at: _, ...rest }): Upload => ({ ...rest, preview: URL.createObjectURL(file), progress: rest.media ? 1 : 0, kept }));
  uploads.set([...before, ...shown]);
  for (const file of files) if (!file.media) void send(file);
}

const restored = new Set<string>();

/** Attaches what was attached before the page was loaded again; once for each account. */
async function restoreUploads(owner: string): Promise<void> {
  if (restored.has(owner)) return;
  restored.add(owner);
  const mine = uploads.state.filter((upload) => upload.owner === owner);
  const files = (await readFiles(owner)).filter(({ key }) => !uploads.state.some((upload) => upload.key === key));
  if (files.length > 0) attach(owner, files.slice(0, most - mine.length), true);
}

/** Attaches the files that fit and begins to upload them. Returns how many. */
export function addUploads(owner: string, files: Iterable<File>): number {
  const mine = uploads.state.filter((upload) => upload.owner === owner);
  const fitting = [...files].filter(({ type }) => accepted.split(",").includes(type)).slice(0, most - mine.length);
  const added = fitting.map((file, index): KeptFile => {
    const kind = file.type.startsWith("video/") ? "video" : file.type.startsWith("image/") ? "image" : "document";
    return { key: crypto.randomUUID?.() ?? `${Math.random()}`, owner, name: file.name, kind, file, at: Date.now() + index };
  });
  attach(owner, added);
  for (const file of added) void keep(file);
  return fitting.length;
}

/** Says what an attached file shows; an empty text says nothing. */
export function setAlt(key: string, alt: string): void {
  change(key, { alt: alt || undefined });
  void describeFile(key, alt || undefined);
}

/** Detaches a file; its upload is aborted or deleted. */
export function removeUpload(key: string): void {
  aborts.get(key)?.abort();
  const one = uploads.state.find((upload) => upload.key === key);
  if (one?.media) client.media.delete(one.media.id).catch(() => {}); // otherwise it expires after a day
  if (one) URL.revokeObjectURL(one.preview);
  uploads.set(uploads.state.filter((upload) => upload.key !== key));
  void forgetFile(key);
}

/** Has an owner attached something? */
export const hasUploads = (owner: string): boolean => uploads.state.some((upload) => upload.owner === owner);
export const accountHasUploads = (accountId: string): boolean => uploads.state.some((upload) => isOwnedBy(accountId, upload));

/** Detaches all of an account, whose user signs out here. */
export function removeUploads(accountId: string): void {
  for (const upload of uploads.state) if (isOwnedBy(accountId, upload)) removeUpload(upload.key);
}

/** Of a post that is on its way: they stay on the device until the server has it. */
const sending = new Set<string>();

/** Detaches all that belong to a post now. */
export function takeUploads(taken: readonly Upload[]): void {
  for (const { key } of taken) sending.add(key);
  uploads.set(uploads.state.filter((upload) => !taken.includes(upload)));
}

/** The server has the post. */
export function forgetUploads(taken: readonly Upload[]): void {
  for (const { key, preview } of taken) {
    sending.delete(key);
    URL.revokeObjectURL(preview);
    void forgetFile(key);
  }
}

/** Attaches them again, before what was attached meanwhile. */
export function returnUploads(taken: readonly Upload[]): void {
  for (const { key } of taken) sending.delete(key);
  uploads.set([...taken, ...uploads.state]);
}

export function useUploads(owner: string): readonly Upload[] {
  useEffect(() => void restoreUploads(owner), [owner]);
  return useObservable(uploads).filter((upload) => upload.owner === owner);
}
