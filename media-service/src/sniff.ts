import { fileTypeFromFile } from "file-type";

export type ImageExtension = "jpg" | "png" | "gif" | "webp";
export type VideoExtension = "mp4" | "webm" | "mov";
export type DocumentExtension = "pdf";

/** The extension of the stored file's name decides what it is served as. */
export type SniffedType =
  | { kind: "image"; extension: ImageExtension; contentType: string }
  | { kind: "video"; extension: VideoExtension; contentType: string }
  | { kind: "document"; extension: DocumentExtension; contentType: string };

const png: SniffedType = { kind: "image", extension: "png", contentType: "image/png" };
const mp4: SniffedType = { kind: "video", extension: "mp4", contentType: "video/mp4" };

/** All that is accepted. SVG and HTML are text that runs in a browser, so they have no place here. */
const accepted: Record<string, SniffedType> = {
  "image/jpeg": { kind: "image", extension: "jpg", contentType: "image/jpeg" },
  "image/png": png,
  // A PNG whose further frames are dropped when it is written anew.
  "image/apng": png,
  "image/gif": { kind: "image", extension: "gif", contentType: "image/gif" },
  "image/webp": { kind: "image", extension: "webp", contentType: "image/webp" },
  "video/mp4": mp4,
  "video/x-m4v": mp4,
  "video/webm": { kind: "video", extension: "webm", contentType: "video/webm" },
  "application/pdf": { kind: "document", extension: "pdf", contentType: "application/pdf" },
  "video/quicktime": { kind: "video", extension: "mov", contentType: "video/quicktime" },
};

/** What a file is by its content, whatever it was called; undefined when it is nothing that we take. */
export async function sniff(file: string): Promise<SniffedType | undefined> {
  const type = await fileTypeFromFile(file);
  return type && accepted[type.mime];
}
