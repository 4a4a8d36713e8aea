import { Agent } from "node:http";
import { Problem } from "../contracts/errors.ts";
import { type MediaKind, type MediaStore, publicIdOf } from "../ports/media-store.ts";

export interface CloudinaryOptions {
  /** `cloudinary://<key>:<secret>@<cloud>`. */
  url: string;
  /** Another address of the upload API, such as Cloudinary's regional ones. */
  uploadPrefix: string | null;
}

/** Below the time that the gateway waits for media-service. */
const timeoutMs = 25_000;

/** Why a call failed: the SDK rejects with plain objects, sometimes one within another. */
function reasonOf(error: unknown): string {
  const { error: inner, message } = (error ?? {}) as { error?: unknown; message?: unknown };
  return inner ? reasonOf(inner) : String(message ?? error);
}

/** A document is a file that Cloudinary does nothing with, and that it knows by its whole path ("Upload", `resource_type`). */
const assetOf = (path: string, kind: MediaKind) =>
  kind === "document" ? ({ resource_type: "raw", public_id: path } as const) : { resource_type: kind, public_id: publicIdOf(path) };

/**
 * Uploads at Cloudinary, which serves them itself. A file's public id is its path without the extension. Only files that
 * we have checked (and images that we have re-encoded) are sent there.
 */
export function createCloudinaryStore({ url, uploadPrefix }: CloudinaryOptions): MediaStore {
  const { hostname, username, password } = new URL(url);
  const account = {
    cloud_name: hostname,
    api_key: decodeURIComponent(username),
    api_secret: decodeURIComponent(password),
    timeout: timeoutMs,
    ...(uploadPrefix && { upload_prefix: uploadPrefix.replace(/\/+$/, "") }),
    // The SDK chooses between http and https when it is loaded, from the environment; an agent of the right kind overrules it.
    ...(uploadPrefix?.startsWith("http:") && { agent: new Agent() }),
  };

  /** The SDK is loaded on first use: most runs never need it. */
  async function call<T>(work: (uploader: typeof import("cloudinary").v2.uploader) => Promise<T>): Promise<T> {
    const { v2 } = await import("cloudinary");
    try {
      return await work(v2.uploader);
    } catch (error) {
      throw new Problem("service_unavailable", { internal: `Cloudinary: ${reasonOf(error)}`, retryAfter: 5, cause: error });
    }
  }

  return {
    name: `cloudinary:${hostname}`,
    directory: null,
    async put(source, path, kind) {
      await call((uploader) => uploader.upload(source, { ...account, ...assetOf(path, kind), overwrite: false, invalidate: false }));
    },
    async remove(path, kind) {
      await call(async (uploader) => {
        // Cached copies go too. "not found" is as good as "ok".
        const { public_id, resource_type } = assetOf(path, kind);
        const { result } = await uploader.destroy(public_id, { ...account, resource_type, invalidate: true });
        if (result !== "ok" && result !== "not found") throw new Error(`destroy answered ${result}`);
      });
    },
    // Cloudinary counts calls.
    check: async () => {},
  };
}
