import type { Attachment } from "@newfeed/client";

/** A file that is attached to a post which is being written. */
export interface KeptFile {
  key: string;
  /** The account that it is for, or one of its places to write in, as a `DraftKey`. */
  owner: string;
  name: string;
  kind: Attachment["kind"];
  file: Blob;
  /** When it was attached, in ms. */
  at: number;
  /** Once it is uploaded. */
  media?: Attachment;
  /** What it shows, in words. */
  alt?: string | undefined;
}

const mostBytes = 200 * 1024 * 1024;
const oldestMs = 7 * 24 * 3_600_000;
/** The server removes an upload that no post shows after a day. */
const uploadedMs = 20 * 3_600_000;
const storeName = "files";

let opened: Promise<IDBDatabase> | undefined;
const open = () => {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("newfeed", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(storeName, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
};

/** Resolves once what was done is stored. */
async function inStore<T>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const transaction = (await open()).transaction(storeName, mode);
  const request = use(transaction.objectStore(storeName));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

const readAll = () => inStore<KeptFile[]>("readonly", (store) => store.getAll());

/** Keeps a file on this device. False where the browser does not, or when there are too many: leaving the page loses it then. */
export async function keepFile(kept: KeptFile): Promise<boolean> {
  try {
    const others = (await readAll()).filter(({ key }) => key !== kept.key);
    if (others.reduce((sum, { file }) => sum + file.size, kept.file.size) > mostBytes) return false;
    await inStore("readwrite", (store) => store.put(kept));
    return true;
  } catch {
    return false;
  }
}

/** Keeps what a file shows with it, if it is kept. */
export async function describeFile(key: string, alt: string | undefined): Promise<void> {
  try {
    const kept = await inStore<KeptFile | undefined>("readonly", (store) => store.get(key));
    if (kept) await inStore("readwrite", (store) => store.put({ ...kept, alt }));
  } catch {
    // The browser keeps nothing for this page.
  }
}

/** Is it an account's, or for one of its places? */
export const isOwnedBy = (accountId: string, { owner }: { owner: string }): boolean => owner === accountId || owner.startsWith(`${accountId}/`);

/** The files of an owner in the order in which they were attached. Removes those of the device that are too old. */
export async function readFiles(owner: string): Promise<KeptFile[]> {
  try {
    const [all, now] = [await readAll(), Date.now()];
    await Promise.all(all.filter(({ at }) => at < now - oldestMs).map(({ key }) => forgetFile(key)));
    return all
      .filter((one) => one.owner === owner && one.at >= now - oldestMs)
      .sort((a, b) => a.at - b.at)
      .map(({ media, ...file }) => (media && file.at > now - uploadedMs ? { ...file, media } : file));
  } catch {
    return [];
  }
}

export const forgetFile = (key: string): Promise<unknown> => inStore("readwrite", (store) => store.delete(key)).catch(() => {}); // it goes when it is too old

/** Removes the files of an account from this device. */
export async function forgetFiles(accountId: string): Promise<void> {
  const all = await readAll().catch(() => []);
  for (const file of all) if (isOwnedBy(accountId, file)) await forgetFile(file.key);
}
