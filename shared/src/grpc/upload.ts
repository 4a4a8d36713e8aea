import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { invalidField } from "../contracts/errors.ts";
import { mediaRoutes } from "../contracts/routes/media.ts";
import { CallerGone } from "../http/exchange.ts";
import type { UploadInfo, UploadMediaRequest } from "../proto/newfeed/v1/media_pb.ts";

/** The routes that take uploads, and the form's field in which each takes the file. */
const kinds = {
  image: { route: mediaRoutes.uploadImage, field: "image" },
  video: { route: mediaRoutes.uploadVideo, field: "video" },
  document: { route: mediaRoutes.uploadDocument, field: "document" },
  avatar: { route: mediaRoutes.uploadAvatar, field: "image" },
  header: { route: mediaRoutes.uploadHeader, field: "image" },
} as const;

/** A value of a part's header: nothing in it ends the header. */
const quoted = (text: string) => text.replace(/["\\\r\n]/g, (sign) => encodeURIComponent(sign));

/** An upload as it arrives: where it goes, and its bytes as the form that media-service reads. */
export interface IncomingUpload {
  route: (typeof kinds)[keyof typeof kinds]["route"];
  contentType: string;
  body: Readable;
}

async function* formOf(boundary: string, field: string, { fileName, contentType }: UploadInfo, requests: AsyncIterator<UploadMediaRequest>) {
  const head = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="${field}"; filename="${quoted(fileName || "upload")}"`,
    `Content-Type: ${/^[\w.+-]+\/[\w.+-]+$/.test(contentType) ? contentType : "application/octet-stream"}`,
  ];
  yield Buffer.from(`${head.join("\r\n")}\r\n\r\n`);
  for (let next = await requests.next(); !next.done; next = await requests.next()) {
    const { part } = next.value;
    if (part.case !== "chunk") throw new CallerGone("a message that is no chunk");
    yield part.value;
  }
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

/** Reads what an upload is for from the first message. Throws `validation_failed`. */
export async function readUpload(requests: AsyncIterable<UploadMediaRequest>): Promise<IncomingUpload> {
  const messages = requests[Symbol.asyncIterator]();
  const first = await messages.next();
  const part = first.done ? undefined : first.value.part;
  if (part?.case !== "info") throw invalidField("info", "is required, in the first message");
  if (!Object.hasOwn(kinds, part.value.kind)) throw invalidField("info.kind", `must be one of ${Object.keys(kinds).join(", ")}`);
  const { route, field } = kinds[part.value.kind as keyof typeof kinds];
  const boundary = `newfeed-${randomUUID()}`;
  return {
    route,
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Readable.from(formOf(boundary, field, part.value, messages), { objectMode: false }),
  };
}
