/** The one file that checks what the platform has: browsers, React Native and Node differ. */

export interface KeyValueStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** XMLHttpRequest, as far as an upload needs it. */
export interface Xhr {
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getResponseHeader(name: string): string | null;
  send(body: FormData): void;
  abort(): void;
  withCredentials: boolean;
  readonly status: number;
  readonly responseText: string;
  readonly upload: { onprogress: ((event: { loaded: number; total: number; lengthComputable: boolean }) => void) | null };
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
}

export interface Locks {
  /** With `ifAvailable` the callback gets null, at once, while another holder has the lock. */
  request<T>(name: string, options: { ifAvailable: boolean }, callback: (lock: unknown) => Promise<T>): Promise<T>;
}

export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  close(): void;
  /** In Node, an open channel keeps the process alive without this. */
  unref?(): void;
}

interface EventSource {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

interface Globals {
  location?: { origin: string };
  document?: EventSource & { visibilityState: string };
  navigator?: { onLine?: boolean; locks?: Locks };
  localStorage?: KeyValueStore;
  XMLHttpRequest?: new () => Xhr;
  BroadcastChannel?: new (name: string) => Channel;
  addEventListener?: EventSource["addEventListener"];
  removeEventListener?: EventSource["removeEventListener"];
}

const globals = () => globalThis as unknown as Globals;

/** A browser's page, whose cookies are sent with every request. */
export const isPage = () => globals().document !== undefined;
export const pageOrigin = () => globals().location?.origin;
export const xhrClass = () => globals().XMLHttpRequest;
export const locks = () => globals().navigator?.locks;
/** False only where the platform is sure. */
export const isOnline = () => globals().navigator?.onLine !== false;
export const isVisible = () => globals().document?.visibilityState !== "hidden";

/** Storage that all pages of an origin share; undefined where it is forbidden. */
export function pageStorage(): KeyValueStore | undefined {
  try {
    return isPage() ? globals().localStorage : undefined;
  } catch {
    return undefined;
  }
}

export function openChannel(name: string): Channel | undefined {
  const { BroadcastChannel: Class } = globals();
  if (!Class) return undefined;
  const channel = new Class(name);
  channel.unref?.();
  return channel;
}

/** Calls `listener` when the network comes or goes and when the page is shown or hidden; returns a function that stops. */
export function onWake(listener: () => void): () => void {
  const { document, addEventListener, removeEventListener } = globals();
  addEventListener?.("online", listener);
  addEventListener?.("offline", listener);
  document?.addEventListener("visibilitychange", listener);
  return () => {
    removeEventListener?.("online", listener);
    removeEventListener?.("offline", listener);
    document?.removeEventListener("visibilitychange", listener);
  };
}

/** A timer that does not keep a Node process alive. */
export function quietTimeout(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, milliseconds) as unknown as { unref?(): void };
  timer.unref?.();
  return () => clearTimeout(timer as unknown as ReturnType<typeof setTimeout>);
}
