import { pages } from "@newfeed/shared/contracts/pages.ts";
import { useEffect } from "react";
import { useLocation } from "wouter";

/** What a visitor wanted to do, which needs an account. */
export type Intent = `like-post:${string}` | `repost-post:${string}` | `vote:${string}` | `like-comment:${string}` | `follow:${string}` | `tag:${string}`;

const name = "newfeed.intent";
/** A visitor who signs in later has forgotten it. */
const latestMs = 10 * 60_000;

interface Kept {
  intent: Intent;
  at: number;
}

function keep(intent: Intent): void {
  try {
    sessionStorage.setItem(name, JSON.stringify({ intent, at: Date.now() } satisfies Kept));
  } catch {
    // The browser keeps nothing: the visitor does it once more.
  }
}

/** True once, for what this tab's visitor wanted to do. It is not in an address, so that no link does it. */
function take(intent: Intent): boolean {
  try {
    const kept = JSON.parse(sessionStorage.getItem(name) ?? "null") as Kept | null;
    if (kept?.intent !== intent) return false;
    sessionStorage.removeItem(name);
    return Date.now() - kept.at < latestMs;
  } catch {
    return false;
  }
}

/** Leads a visitor to the page to sign in, and back to `place`, where `useIntent` then does what they wanted. */
export function useSignInFor(intent: Intent, place?: string): () => void {
  const [path, navigate] = useLocation();
  return () => {
    keep(intent);
    navigate(`${pages.login}?next=${encodeURIComponent(place ?? path)}`);
  };
}

/** Does what the user wanted as a visitor, once they are signed in. */
export function useIntent(intent: Intent, isSignedIn: boolean, act: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, whatever `act` is then
  useEffect(() => {
    if (isSignedIn && take(intent)) act();
  }, [intent, isSignedIn]);
}
