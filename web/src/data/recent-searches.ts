import { createObservable } from "@newfeed/client";

/** The last searches of an account, the newest first, on this device alone. */
const most = 8;
const nameOf = (account: string) => `newfeed.searches.${account}`;

function read(account: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(nameOf(account)) ?? "[]");
    return Array.isArray(kept) ? kept.filter((text): text is string => typeof text === "string").slice(0, most) : [];
  } catch {
    return [];
  }
}

function write(account: string, texts: readonly string[]): void {
  try {
    if (texts.length > 0) localStorage.setItem(nameOf(account), JSON.stringify(texts));
    else localStorage.removeItem(nameOf(account));
  } catch {
    // The browser keeps nothing for this page.
  }
  changes.set(changes.state + 1);
}

/** Counts changes in this page. */
export const changes = createObservable(0);

export const recentSearches = read;

/** Addresses of searches (`?type=…&q=…`); one that is searched again is the newest. */
export function noteSearch(account: string, address: string): void {
  write(account, [address, ...read(account).filter((other) => other !== address)].slice(0, most));
}

export const forgetSearches = (account: string): void => write(account, []);
