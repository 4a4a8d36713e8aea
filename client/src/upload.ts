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
}

interface UploadRequest {
  url: string;
  withCookies: boolean;
  accessToken: string | undefined;
  form: FormData;
  size: number;
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
      resolve(new Response(xhr.responseText, { status: xhr.status, headers }));
    });
    xhr.onerror = finishing(() => reject(networkError(undefined)));
    xhr.onabort = finishing(() => reject(aborted(signal)));
    signal?.addEventListener("abort", abort);
    xhr.send(form);
  });
}

/** Node: counts the bytes of the body that the connection has taken. */
function byFetch(
  fetch: typeof globalThis.fetch,
  { url, withCookies, accessToken, form, size, options: { signal, onProgress } }: UploadRequest,
): Promise<Response> {
  const headers = new Headers();
  if (accessToken) headers.set("authorization", `Bearer ${accessToken}`);
  const init = { method: "POST", headers, credentials: withCookies ? ("include" as const) : ("omit" as const), ...(signal && { signal }) };
  const encoded = new Response(form);
  const type = encoded.headers.get("content-type");
  if (!onProgress || !encoded.body || !type) return fetch(url, { ...init, body: form });
  headers.set("content-type", type);
  let sent = 0;
  const counted = encoded.body.pipeThrough(
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
      form.append(field, file, options.filename ?? (file as { name?: string }).name ?? field);
      const request = { url, withCookies, accessToken, form, size: file.size, options };
      const Class = xhrClass();
      return Class ? byXhr(Class, request) : byFetch(fetch, request);
    },
  });
  const text = await response.text();
  if (!response.ok) throw errorFrom(response.status, text, response.headers.get("retry-after"));
  return JSON.parse(text) as T;
}
