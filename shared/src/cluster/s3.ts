import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { GetObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { Problem } from "../contracts/errors.ts";
import { createLocalMediaStore } from "../embedded/media-store.ts";
import { type Asked, isMediaPath, isUncheckedPath, type MediaStore, type Opened } from "../ports/media-store.ts";

export interface S3Options {
  /** `https://s3.eu-central-1.amazonaws.com`, or that of another service which speaks S3. */
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Clients are sent to signed addresses of the endpoint; otherwise what they load passes through here. */
  signedUrls: boolean;
  /** Clients may send large files to signed forms of the endpoint. */
  directUploads: boolean;
}

/** A signed address outlives the minutes for which browsers keep the redirection to it. */
const signedForSeconds = 15 * 60;
/** Until an answer begins; tried twice, which is below the time that the gateway waits for media-service. */
const timeoutMs = 11_000;
/** What a client sent to the bucket is here by then, or is asked for again. */
const fetchMs = 20_000;
const partBytes = 8 * 1024 * 1024;

/** What the SDK would print is in the errors that it throws. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

const contentTypes: Record<string, string> = {
  jpg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  mp4: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
  pdf: "application/pdf",
};
const typeOf = (path: string) => contentTypes[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";

const statusOf = (error: unknown) => (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;

/** The SDK is loaded on first use: most runs never need it. */
async function connect({ endpoint, region, accessKeyId, secretAccessKey }: S3Options) {
  const [commands, { Upload }, { getSignedUrl }, { createPresignedPost }] = await Promise.all([
    import("@aws-sdk/client-s3"),
    import("@aws-sdk/lib-storage"),
    import("@aws-sdk/s3-request-presigner"),
    import("@aws-sdk/s3-presigned-post"),
  ]);
  const client: S3Client = new commands.S3Client({
    ...{ endpoint, region, credentials: { accessKeyId, secretAccessKey } },
    forcePathStyle: true,
    // Other services than Amazon's may not know the SDK's own checksums.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: { connectionTimeout: 5_000, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
    maxAttempts: 2,
    logger: silent,
  });
  return { client, commands, Upload, getSignedUrl, createPresignedPost };
}

function opened(path: string, { Body, ContentLength, ContentRange, ETag, LastModified, $metadata }: GetObjectCommandOutput): Opened {
  const headers = {
    "content-type": typeOf(path),
    "accept-ranges": "bytes",
    ...(ContentLength !== undefined && { "content-length": String(ContentLength) }),
    ...(ContentRange && { "content-range": ContentRange }),
    ...(ETag && { etag: ETag }),
    ...(LastModified && { "last-modified": LastModified.toUTCString() }),
  };
  return { status: $metadata.httpStatusCode === 206 ? 206 : 200, headers, body: Body as Readable };
}

/** Calls of a service that speaks S3, which throw `service_unavailable` whatever fails in them. */
function createCalls(options: S3Options) {
  let connected: ReturnType<typeof connect> | undefined;
  return async <T>(work: (s3: Awaited<ReturnType<typeof connect>>) => Promise<T>): Promise<T> => {
    connected ??= connect(options);
    const s3 = await connected;
    try {
      return await work(s3);
    } catch (error) {
      throw new Problem("service_unavailable", {
        internal: `S3: ${error instanceof Error ? `${error.name}: ${error.message}` : error}`,
        retryAfter: 5,
        cause: error,
      });
    }
  };
}

function uncheckedKeyOf(path: string): string {
  if (!isUncheckedPath(path)) throw new Error(`not a path of an unchecked file: ${path}`);
  return path;
}

/** What clients send to the bucket themselves. */
const createDirect = (Bucket: string, call: ReturnType<typeof createCalls>): NonNullable<MediaStore["direct"]> => ({
  formOf: (path, { contentType, bytes }, seconds) =>
    call(({ client, createPresignedPost }) =>
      createPresignedPost(client, {
        ...{ Bucket, Key: uncheckedKeyOf(path), Expires: seconds },
        Conditions: [["content-length-range", bytes, bytes]],
        Fields: { "Content-Type": contentType, success_action_status: "204" },
      }),
    ),
  async fetch(path, target, maxBytes, signal) {
    const Key = uncheckedKeyOf(path);
    const found = await call(async ({ client, commands }) => {
      try {
        return await client.send(new commands.GetObjectCommand({ Bucket, Key }));
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });
    if (!found) return undefined;
    const body = found.Body as Readable;
    const bytes = found.ContentLength;
    if (bytes === undefined || bytes > maxBytes) {
      body.destroy();
      throw new Problem("payload_too_large");
    }
    await call(() =>
      pipeline(body, createWriteStream(target, { flags: "wx", mode: 0o600 }), { signal: AbortSignal.any([signal, AbortSignal.timeout(fetchMs)]) }),
    );
    return bytes;
  },
});

/**
 * Uploads in a bucket of S3, or of a service that speaks it. The bucket is private: NewFeed serves the files under its own
 * addresses, so that what is in `directory` from before can be moved while it is read.
 */
export function createS3Store(options: S3Options, directory: string): MediaStore {
  const { bucket: Bucket } = options;
  const folder = createLocalMediaStore(directory);
  const call = createCalls(options);

  function keyOf(path: string): string {
    if (!isMediaPath(path)) throw new Error(`not a media path: ${path}`);
    return path;
  }

  return {
    // Served as files in the folder are, so that rows need not know which of both has them.
    name: "local",
    directory,
    async put(source, path) {
      const object = { Bucket, Key: keyOf(path), ContentType: typeOf(path) };
      const file = await open(source);
      try {
        const { size } = await file.stat();
        if (size > partBytes) {
          const Body = file.createReadStream({ autoClose: false });
          await call(({ client, Upload }) => new Upload({ client, params: { ...object, Body }, partSize: partBytes, queueSize: 2 }).done());
        } else {
          const Body = await file.readFile();
          await call(({ client, commands }) => client.send(new commands.PutObjectCommand({ ...object, Body })));
        }
      } finally {
        await file.close();
      }
    },
    async remove(path, kind) {
      const Key = isUncheckedPath(path) ? path : keyOf(path);
      await folder.remove(path, kind);
      await call(({ client, commands }) => client.send(new commands.DeleteObjectCommand({ Bucket, Key })));
    },
    async check() {
      await call(({ client, commands }) => client.send(new commands.HeadBucketCommand({ Bucket })));
    },
    ...(options.directUploads && { direct: createDirect(Bucket, call) }),
    elsewhere: {
      open: (path, { range, ifModifiedSince, ifNoneMatch }: Asked) =>
        call(async ({ client, commands }) => {
          const since = ifModifiedSince === undefined ? Number.NaN : Date.parse(ifModifiedSince);
          try {
            const asked = {
              Bucket,
              Key: keyOf(path),
              Range: range,
              IfNoneMatch: ifNoneMatch,
              ...(!Number.isNaN(since) && { IfModifiedSince: new Date(since) }),
            };
            return opened(path, await client.send(new commands.GetObjectCommand(asked)));
          } catch (error) {
            const status = statusOf(error);
            if (status === 404) return undefined;
            if (status === 304) return { status };
            if (status === 416) return { status };
            throw error;
          }
        }),
      addressOf: async (path, disposition) =>
        options.signedUrls
          ? call(({ client, commands, getSignedUrl }) =>
              getSignedUrl(
                client,
                new commands.GetObjectCommand({ Bucket, Key: keyOf(path), ResponseContentType: typeOf(path), ResponseContentDisposition: disposition }),
                { expiresIn: signedForSeconds },
              ),
            )
          : null,
    },
  };
}

/** The objects of a bucket whose keys begin with a prefix. */
export interface S3Folder {
  /** In parts, so that its size need not be known. */
  put(name: string, content: Readable): Promise<void>;
  /** Undefined when it is not there. */
  get(name: string): Promise<Readable | undefined>;
  /** In the order of their names. */
  list(prefix?: string): AsyncIterable<{ name: string; bytes: number }>;
  remove(name: string): Promise<void>;
}

/** A folder of a bucket: names are keys without `prefix`, such as `backups/`. Calls throw `service_unavailable` as the store's do. */
export function createS3Folder(options: S3Options, prefix: string): S3Folder {
  const { bucket: Bucket } = options;
  const call = createCalls(options);
  return {
    async put(name, Body) {
      await call(({ client, Upload }) => new Upload({ client, params: { Bucket, Key: prefix + name, Body }, partSize: partBytes, queueSize: 2 }).done());
    },
    get: (name) =>
      call(async ({ client, commands }) => {
        try {
          return (await client.send(new commands.GetObjectCommand({ Bucket, Key: prefix + name }))).Body as Readable;
        } catch (error) {
          if (statusOf(error) === 404) return undefined;
          throw error;
        }
      }),
    async *list(below = "") {
      let ContinuationToken: string | undefined;
      do {
        const page = await call(({ client, commands }) =>
          client.send(new commands.ListObjectsV2Command({ Bucket, Prefix: prefix + below, ContinuationToken })),
        );
        for (const { Key = "", Size = 0 } of page.Contents ?? []) yield { name: Key.slice(prefix.length), bytes: Size };
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken);
    },
    async remove(name) {
      await call(({ client, commands }) => client.send(new commands.DeleteObjectCommand({ Bucket, Key: prefix + name })));
    },
  };
}
