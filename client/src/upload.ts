import { errorFrom, networkError } from "./errors.ts";
import type { Http } from "./http.ts";
import { type Xhr, xhrClass } from "./platform.ts";
import type { CallOptions } from "./types.ts";

export interface UploadProgress {
  /** Bytes that are on their way, of `total`. */
  sent: number;
  total: number;
}

export interface UploadOptions extends CallOptions {
  onProgress?: (progress: UploadProgress) => void;
  /** What the file is called, when it is a Blob without a name. */
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

/** Browsers and React Native: only XMLHttpRequest tells there how far an upload is. */
function byXhr(Class: new () => Xhr, { url, withCookies, accessToken, form, options: { signal, onProgress } }: UploadRequest): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal));
    const xhr = new Class();
    const abort = () => xhr.abort();
    const settle = (finish: () => void) => () => {
      signal?.removeEventListener("abort", abort);
      finish();
    };
    xhr.open("POST", url);
    xhr.withCredentials = withCookies;
    if (accessToken) xhr.setRequestHeader("authorization", `Bearer ${accessToken}`);
    xhr.upload.onprogress = ({ loaded, total }) => onProgress?.({ sent: loaded, total });
    xhr.onload = settle(() => {
      const headers = new Headers();
      for (const name of ["content-type", "retry-after"]) {
        const value = xhr.getResponseHeader(name);
        if (value !== null) headers.set(name, value);
      }
      resolve(new Response(xhr.responseText, { status: xhr.status, headers }));
    });
    xhr.onerror = settle(() => reject(networkError(undefined)));
    xhr.onabort = settle(() => reject(aborted(signal)));
    signal?.addEventListener("abort", abort);
    xhr.send(form);
  });
}

/** Node: what the connection has taken of the body is counted. */
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
        // The form's own lines come on top of the file.
        onProgress({ sent: Math.min(sent, size), total: size });
        controller.enqueue(chunk);
      },
    }),
  );
  return fetch(url, { ...init, body: counted, duplex: "half" } as RequestInit);
}

/** Sends one file in a form. Throws a `NewFeedError`, or what the signal was aborted with. */
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
