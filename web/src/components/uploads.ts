import type { Attachment } from "@newfeed/client";
import { useCallback, useEffect, useRef, useState } from "react";
import { client } from "../data/client.ts";
import { describeProblem } from "../data/problems.ts";

/** The types that media-service accepts. */
export const accepted = "image/jpeg,image/png,image/gif,image/webp,video/mp4,video/webm,video/quicktime";
const most = 10;

export interface Upload {
  key: string;
  name: string;
  kind: "image" | "video";
  /** An address of the local file, so that it is shown at once. */
  preview: string;
  /** 0 to 1. */
  progress: number;
  problem?: string;
  media?: Attachment;
}

/** Uploads with their progress; one that is removed is aborted or deleted. */
export function useUploads() {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const aborts = useRef(new Map<string, AbortController>());
  const latest = useRef(uploads);
  latest.current = uploads;

  const change = useCallback(
    (key: string, patch: Partial<Upload>) => setUploads((all) => all.map((one) => (one.key === key ? { ...one, ...patch } : one))),
    [],
  );

  const send = useCallback(
    async (key: string, file: File, kind: Upload["kind"]) => {
      const abort = new AbortController();
      aborts.current.set(key, abort);
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
        aborts.current.delete(key);
      }
    },
    [change],
  );

  const add = useCallback(
    (files: Iterable<File>) => {
      const fitting = [...files].filter(({ type }) => accepted.split(",").includes(type)).slice(0, most - latest.current.length);
      const added = fitting.map((file): [Upload, File] => {
        const kind = file.type.startsWith("video/") ? "video" : "image";
        return [{ key: crypto.randomUUID?.() ?? `${Math.random()}`, name: file.name, kind, preview: URL.createObjectURL(file), progress: 0 }, file];
      });
      setUploads((all) => [...all, ...added.map(([upload]) => upload)]);
      for (const [{ key, kind }, file] of added) void send(key, file, kind);
      return fitting.length;
    },
    [send],
  );

  const remove = useCallback((key: string) => {
    aborts.current.get(key)?.abort();
    const one = latest.current.find((upload) => upload.key === key);
    if (one?.media) client.media.delete(one.media.id).catch(() => {}); // otherwise it expires after a day
    if (one) URL.revokeObjectURL(one.preview);
    setUploads((all) => all.filter((upload) => upload.key !== key));
  }, []);

  /** Replaces all: with none once they belong to a post, or with those of a refused post. */
  const replace = useCallback((with_: readonly Upload[]) => setUploads(with_), []);

  useEffect(() => {
    const open = aborts.current;
    return () => {
      for (const abort of open.values()) abort.abort();
    };
  }, []);

  return { uploads, add, remove, replace };
}
