import type { Account, Post, WordFilter } from "@newfeed/client";
import { useEffect } from "react";
import { client } from "./client.ts";
import { whenIdle } from "./idle.ts";
import { findFeed, posts, textsOf } from "./posts.ts";
import { useWordFilter } from "./preferences.ts";

/** The home feed as its account saw it last, kept on this device for when there is no network. */
export interface LastFeed {
  account: Pick<Account, "id" | "username">;
  /** When it was kept, in ms. */
  at: number;
  posts: readonly Post[];
}

const name = "newfeed.last-feed";
const most = 30;
/** Drafts need the browser's storage more. */
const mostCharacters = 300_000;
const oldestMs = 30 * 24 * 3_600_000;

function forgetLastFeed(): void {
  try {
    localStorage.removeItem(name);
  } catch {
    // The browser keeps nothing for this page.
  }
}

/** Undefined where nothing is kept. */
export function readLastFeed(): LastFeed | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? "null") as LastFeed | null;
    return kept && Date.now() - kept.at < oldestMs ? kept : undefined;
  } catch {
    return undefined;
  }
}

function keep({ id, username }: Account, filter: WordFilter): void {
  const { user } = client.session.state;
  if (user?.id !== id) return;
  const newest = (findFeed("home")?.state.ids ?? []).slice(0, most).flatMap((postId) => posts.get(postId) ?? []);
  let room = mostCharacters;
  const kept: Post[] = [];
  for (const post of newest) {
    if (post.author.id !== id && filter(textsOf(post)) !== undefined) continue;
    room -= JSON.stringify(post).length;
    if (room < 0) break;
    kept.push(post);
  }
  try {
    if (kept.length === 0) forgetLastFeed();
    else localStorage.setItem(name, JSON.stringify({ account: { id, username }, at: Date.now(), posts: kept } satisfies LastFeed));
  } catch {
    // The device is full: what is kept is older.
    forgetLastFeed();
  }
}

/** Keeps the home feed while it is shown: what was deleted, or taken back, by the time that the page is left is not in it. */
export function useKeptFeed(me: Account | null): void {
  const filter = useWordFilter();
  useEffect(() => {
    if (!me) return;
    const now = () => keep(me, filter);
    let asked = false;
    const soon = () => {
      if (asked) return;
      asked = true;
      whenIdle(() => {
        asked = false;
        now();
      });
    };
    const hidden = () => document.visibilityState === "hidden" && now();
    document.addEventListener("visibilitychange", hidden);
    const stop = findFeed("home")?.subscribe(soon);
    soon();
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      stop?.();
    };
  }, [me, filter]);
}

// Of this account only: gone when it is signed out, ended or deleted, and when another one is signed in.
client.session.subscribe(({ status, user }) => {
  if (status !== "unknown" && readLastFeed()?.account.id !== user?.id) forgetLastFeed();
});
