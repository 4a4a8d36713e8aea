import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { MediaId } from "@newfeed/shared/contracts/ids.ts";
import type { Answer, Person, TestFeed } from "./feed.ts";
import { twoHalves } from "./pictures.ts";

export function form(field: string, content: Buffer, name = "file.jpg", type = "image/jpeg"): FormData {
  const data = new FormData();
  data.set(field, new Blob([new Uint8Array(content)], { type }), name);
  return data;
}
export const sendImage = (person: Person, content: Buffer, name?: string, type?: string): Promise<Answer> =>
  person.post("/api/media/upload/image", form("image", content, name, type));
export const sendVideo = (person: Person, content: Buffer, name?: string, type?: string): Promise<Answer> =>
  person.post("/api/media/upload/video", form("video", content, name, type));
export const sendDocument = (person: Person, content: Buffer, name = "file.pdf", type = "application/pdf"): Promise<Answer> =>
  person.post("/api/media/upload/document", form("document", content, name, type));

/** A document of one empty page, with a comment. */
export const pdf = (comment = "a comment"): Buffer =>
  Buffer.from(
    `%PDF-1.4\n%${comment}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n` +
      "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
  );

/** Uploads a small picture. */
export const upload = async (person: Person): Promise<{ id: MediaId; url: string }> => (await sendImage(person, await twoHalves().jpeg().toBuffer())).body;

/** The path under which the gateway serves a stored file. */
export const pathOf = (url: string) => new URL(url).pathname;

/** Fetches a stored file as a visitor. */
export const serve = (feed: TestFeed, url: string, headers: Record<string, string> = {}, method = "GET") => fetch(feed.url + pathOf(url), { method, headers });
export const bytesOf = async (feed: TestFeed, url: string) => Buffer.from(await (await serve(feed, url)).arrayBuffer());

/** Names of the files below a folder of the feed's data. */
export const filesIn = async (feed: TestFeed, folder: string) =>
  (await readdir(join(feed.directory, folder), { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
export const uploadFolders = (feed: TestFeed) => readdir(join(feed.directory, "uploads"));
export const storedFilesOf = async (feed: TestFeed, id: string) => (await filesIn(feed, "media")).filter((name) => name.startsWith(id));
