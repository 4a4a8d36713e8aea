import { pause } from "./backoff.ts";
import { isAbort, NewFeedError } from "./errors.ts";
import { type Http, unwrap } from "./http.ts";
import type { UploadedVideo } from "./types.ts";
import { nameOf, sendForm, type UploadOptions, upload } from "./upload.ts";

export { upload };

/** Smaller files are there before a form is asked for. */
const largeBytes = 16 * 1024 * 1024;
const types = ["video/mp4", "video/webm", "video/quicktime"] as const;
/** Whether the server has forms, as far as is known. */
interface Direct {
  offered: boolean;
}

const formTries = 2;
/** While the server looks at a file: as long as it does at most. */
const checkTries = 30;

/** Sends one file in a form to somewhere else, without what proves who the user is. */
function uploadElsewhere(
  http: Pick<Http, "fetch">,
  url: string,
  fields: Readonly<Record<string, string>>,
  file: Blob,
  options: UploadOptions,
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file, nameOf(file, options, "file"));
  return sendForm(http, { url, withCookies: false, accessToken: undefined, form, size: file.size, sized: true, options });
}

/** Null where the server has no such forms, or gives none now. */
async function begin({ api }: Http, direct: Direct, file: Blob, contentType: (typeof types)[number], { signal }: UploadOptions) {
  try {
    return await unwrap(api.POST("/api/media/upload/direct", { body: { bytes: file.size, contentType }, ...(signal && { signal }) }));
  } catch (error) {
    if (!(error instanceof NewFeedError)) throw error;
    // A server from before has no such route.
    if (error.status === 404 || error.status === 405) direct.offered = false;
    if (!direct.offered || error.code === "rate_limited" || error.status >= 500) return null;
    throw error;
  }
}

/** False where the place that keeps files cannot be reached from here, or refuses the file. */
async function send(http: Http, { url, fields }: { url: string; fields: Record<string, string> }, file: Blob, options: UploadOptions): Promise<boolean> {
  for (let tried = 0; tried < formTries; tried++) {
    const response = await uploadElsewhere(http, url, fields, file, options).catch((error: unknown) => {
      if (isAbort(error) || options.signal?.aborted) throw error;
      return null;
    });
    if (response?.ok) return true;
    if (response && response.status < 500) return false;
  }
  return false;
}

async function complete({ api }: Http, id: string, { signal }: UploadOptions): Promise<UploadedVideo> {
  for (let tried = 1; ; tried++) {
    try {
      return await unwrap(api.POST("/api/media/upload/direct/{id}/complete", { params: { path: { id } }, ...(signal && { signal }) }));
    } catch (error) {
      // The answer to an earlier attempt was lost, and the server is still at it.
      const waitMs = error instanceof NewFeedError && error.code === "conflict" ? error.retryAfterMs : undefined;
      if (waitMs === undefined || tried >= checkTries) throw error;
      await pause(waitMs, signal);
      signal?.throwIfAborted();
    }
  }
}

/** What is given up goes at once, and not within the hour. Nobody waits for it. */
function cancel({ api }: Http, id: string): void {
  // It is another request than the one that was aborted.
  unwrap(api.DELETE("/api/media/upload/direct/{id}", { params: { path: { id } } })).catch(() => {});
}

/** Sends a large video straight to where it is kept. Gives null for one that is to be sent through the server. */
export async function sendDirectly(http: Http, direct: Direct, file: Blob, options: UploadOptions): Promise<UploadedVideo | null> {
  const contentType = types.find((type) => type === file.type);
  if (!direct.offered || options.direct === false || !contentType || file.size < largeBytes) return null;
  const begun = await begin(http, direct, file, contentType, options);
  if (!begun) return null;
  let video: UploadedVideo | null = null;
  try {
    if (await send(http, begun, file, options)) video = await complete(http, begun.id, options);
    return video;
  } finally {
    if (!video) cancel(http, begun.id);
  }
}
