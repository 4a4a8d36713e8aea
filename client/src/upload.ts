import { errorFrom, networkError } from "./errors.ts";
import type { Http } from "./http.ts";
import { type Xhr, xhrClass } from "./platform.ts";
import type { CallOptions } from "./types.ts";

export interface UploadProgress {
  /** Bytes sent so far, of `total`. */
  sent: number;
  total: number;
}

export interface UploadOptions extends CallOptions {
  onProgress?: (progress: UploadProgress) => void;
  /** The file's name, for a Blob without one. */
  filename?: string;
  /** False: a large video goes through the server, too, and not straight to where it is kept. */
  direct?: boolean;
}

interface UploadRequest {
  url: string;
  withCookies: boolean;
  accessToken: string | undefined;
  form: FormData;
  size: number;
  /** The receiver must be told how long the body is before it arrives (S3 answers 411 otherwise). */
  sized?: boolean;
  options: UploadOptions;
}

const aborted = (signal: AbortSignal | undefined): unknown => signal?.reason ?? new DOMException("This operation was aborted", "AbortError");

/** Browsers and React Native: only XMLHttpRequest reports the progress of an upload there. */
function byXhr(Class: new () => Xhr, { url, withCookies, accessToken, form, options: { signal, onProgress } }: UploadRequest): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal));
    const xhr = new Class();
    const abort = () => xhr.abort();
    const finishing = (finish: () => void) => () => {
      signal?.removeEventListener("abort", abort);
      finish();
    };
    xhr.open("POST", url);
    xhr.withCredentials = withCookies;
    if (accessToken) xhr.setRequestHeader("authorization", `Bearer ${accessToken}`);
    xhr.upload.onprogress = ({ loaded, total }) => onProgress?.({ sent: loaded, total });
    xhr.onload = finishing(() => {
      const headers = new Headers();
      for (const name of ["content-type", "retry-after"]) {
        const value = xhr.getResponseHeader(name);
        if (value !== null) headers.set(name, value);
      }
      resolve(new Response(xhr.status === 204 ? null : xhr.responseText, { status: xhr.status, headers }));
    });
    xhr.onerror = finishing(() => reject(networkError(undefined)));
    xhr.onabort = finishing(() => reject(aborted(signal)));
    signal?.addEventListener("abort", abort);
    xhr.send(form);
  });
}

const pieceBytes = 256 * 1024;

/** As the connection takes them; a stream of the whole gives all at once. */
function piecesOf(whole: Blob): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      if (at >= whole.size) return controller.close();
      const piece = whole.slice(at, at + pieceBytes);
      at += pieceBytes;
      controller.enqueue(new Uint8Array(await piece.arrayBuffer()));
    },
  });
}

/** Node: counts the bytes of the body that the connection has taken. */
async function byFetch(
  fetch: typeof globalThis.fetch,
  { url, withCookies, accessToken, form, size, sized = false, options: { signal, onProgress } }: UploadRequest,
): Promise<Response> {
  const headers = new Headers();
  if (accessToken) headers.set("authorization", `Bearer ${accessToken}`);
  const init = { method: "POST", headers, credentials: withCookies ? ("include" as const) : ("omit" as const), ...(signal && { signal }) };
  const encoded = new Response(form);
  const type = encoded.headers.get("content-type");
  if (!onProgress || !encoded.body || !type) return fetch(url, { ...init, body: form });
  headers.set("content-type", type);
  const whole = sized ? await encoded.blob() : null;
  if (whole) headers.set("content-length", String(whole.size));
  let sent = 0;
  const counted = (whole ? piecesOf(whole) : encoded.body).pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        sent += chunk.byteLength;
        // The form's own lines are on top of the file's size.
        onProgress({ sent: Math.min(sent, size), total: size });
        controller.enqueue(chunk);
      },
    }),
  );
  return fetch(url, { ...init, body: counted, duplex: "half" } as RequestInit);
}

export const nameOf = (file: Blob, { filename }: UploadOptions, otherwise: string) => filename ?? (file as { name?: string }).name ?? otherwise;

export function sendForm({ fetch }: Pick<Http, "fetch">, request: UploadRequest): Promise<Response> {
  const Class = xhrClass();
  return Class ? byXhr(Class, request) : byFetch(fetch, request);
}

/** Sends one file in a form. Throws a `NewFeedError`, or the signal's reason when aborted. */
export async function upload<T>(
  { exchange, fetch, withCookies }: Pick<Http, "exchange" | "fetch" | "withCookies">,
  url: string,
  field: string,
  file: Blob,
  options: UploadOptions,
): Promise<T> {
  const response = await exchange({
    method: "POST",
    url,
    repeatable: false,
    signal: options.signal,
    send(accessToken) {
      const form = new FormData();
      form.append(field, file, nameOf(file, options, field));
      return sendForm({ fetch }, { url, withCookies, accessToken, form, size: file.size, options });
    },
  });
  const text = await response.text();
  if (!response.ok) throw errorFrom(response.status, text, response.headers.get("retry-after"));
  return JSON.parse(text) as T;
}
