import { createKeyedListeners, newMutationId } from "@newfeed/client";
import { useCallback, useSyncExternalStore } from "react";
import { forgetFiles } from "./kept-files.ts";
import type { PollDraft } from "./polls.ts";
import { describeProblem } from "./problems.ts";

/** What a user writes in one place. */
export interface Draft {
  /** When it was last written in, in ms: of two tabs, the later one's is right. */
  at: number;
  text: string;
  followersOnly: boolean;
  /** Its media are covered. */
  sensitive: boolean;
  /** Null where it has none. */
  title: string | null;
  /** What stands in its place until a reader asks for it; null for none. */
  contentWarning: string | null;
  /** The slug of the category that it is in. */
  category: string | null;
  /** Others may quote it. */
  quotable: boolean;
  /** Where it is written; null where it does not say so. */
  location: string | null;
  /** When it is to be published; null for at once. */
  publishAt: string | null;
  poll: PollDraft | null;
  /** Of what is changed: what is written in fields beside the text, by their names. */
  edits: Readonly<Record<string, string>>;
  /** The server's copy of it, and what that says; null where there is none. */
  remote: { id: string; revision: number; saved: string } | null;
  /** Why the last attempt to send it was refused. */
  problem: string;
  /** Texts that are on their way: kept until the server has them. */
  sending: readonly Attempt[];
  /** Texts of which it is not known whether the server has them. */
  failed: readonly Attempt[];
}

/** What is sent again as it was has the same id, so that it is not there twice. */
interface Attempt extends Partial<Traits> {
  text: string;
  /** What belongs to the text: its audience and files. */
  details: string;
  clientMutationId: string;
}

/** What a post says of itself, beside its text and audience. */
type Traits = Pick<Draft, "title" | "sensitive" | "contentWarning" | "category" | "quotable" | "location" | "publishAt" | "poll" | "edits" | "remote">;

/** A place to write in, of one account. */
export type DraftKey = `${string}/${"post" | `${"comment" | "reply" | "quote" | "edit-post" | "edit-comment"}:${string}`}`;

const prefix = "newfeed.draft.";
const most = 100;
const oldestMs = 90 * 24 * 3_600_000;
const mostAttempts = 10;
const none: Traits = {
  ...{ title: null, sensitive: false, contentWarning: null, category: null, quotable: true, location: null, publishAt: null },
  ...{ poll: null, edits: {}, remote: null },
};
const empty: Draft = { at: 0, text: "", followersOnly: false, ...none, problem: "", sending: [], failed: [] };

const held = new Map<string, Draft>();
/** What this page stored or read last: what differs from it is of another tab. */
const stored = new Map<string, string>();
/** Drafts that the browser refused to store: leaving the page would lose them. */
const unkept = new Set<string>();
/** Drafts whose text is of another tab, which tells the server of it. */
const ofOthers = new Set<string>();
/** Of what is shown, and of what is written on this page. */
const [listeners, writing] = [createKeyedListeners(), createKeyedListeners()];

addEventListener("beforeunload", (event) => {
  if (unkept.size > 0) event.preventDefault();
});

const joined = (texts: readonly string[]) => texts.filter((text) => text !== "").join("\n\n");

interface Stored extends Partial<Traits>, Pick<Draft, "at" | "text" | "followersOnly"> {
  attempts?: readonly Attempt[];
}

function parsed(item: string | null): Stored | undefined {
  try {
    const { text, followersOnly, at, attempts = [], ...traits } = JSON.parse(item ?? "{}") as Partial<Stored>;
    return typeof text === "string" && typeof at === "number"
      ? { text, followersOnly: followersOnly === true, ...together([traits]), at, attempts }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the oldest drafts of this device. */
function prune(): void {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  const ages = names.map((name) => ({ name, at: parsed(localStorage.getItem(name))?.at ?? 0 })).sort((a, b) => b.at - a.at);
  for (const [index, { name, at }] of ages.entries()) if (index >= most || at < Date.now() - oldestMs) localStorage.removeItem(name);
}

/** Those of all these together: nothing is shown that one of them covers, or quoted that one of them keeps from it. */
function together(all: readonly Partial<Traits>[]): Traits {
  const firstOf = (name: "title" | "contentWarning" | "category" | "location" | "publishAt") => all.map((traits) => traits[name]).find(Boolean) ?? null;
  return {
    sensitive: all.some(({ sensitive }) => sensitive),
    title: firstOf("title"),
    contentWarning: firstOf("contentWarning"),
    category: firstOf("category"),
    quotable: all.every(({ quotable }) => quotable !== false),
    location: firstOf("location"),
    publishAt: firstOf("publishAt"),
    poll: all.map(({ poll }) => poll).find(Boolean) ?? null,
    edits: Object.assign({}, ...all.map(({ edits }) => edits)),
    remote: all.map(({ remote }) => remote).find(Boolean) ?? null,
  };
}

function store(key: string, draft: Draft): void {
  const { at, text, followersOnly, title, contentWarning, location, poll, edits, sending, failed } = draft;
  const whole = joined([...sending.map((attempt) => attempt.text), text]);
  const attempts = [...failed, ...sending];
  const isEmpty = !whole && !title && !contentWarning && !location && poll === null && Object.keys(edits).length === 0 && attempts.length === 0;
  try {
    if (isEmpty) {
      localStorage.removeItem(prefix + key);
      stored.delete(key);
    } else {
      const item = JSON.stringify({
        text: whole,
        followersOnly,
        ...together([draft, ...sending]),
        at,
        ...(attempts.length > 0 && { attempts }),
      } satisfies Stored);
      localStorage.setItem(prefix + key, item);
      if (!stored.has(key)) prune();
      stored.set(key, item);
    }
    unkept.delete(key);
  } catch {
    // The device is full, or keeps nothing.
    if (isEmpty) unkept.delete(key);
    else unkept.add(key);
  }
}

function itemOf(key: string): string | null | undefined {
  try {
    return localStorage.getItem(prefix + key);
  } catch {
    // The browser keeps nothing for this page.
    return undefined;
  }
}

/** What is held, with what another tab has stored since: what was written later, and the server's newer copy. */
function merged(own: Draft, { at, text, followersOnly, attempts = [], ...traits }: Stored): Draft {
  const theirs = together([traits]);
  if (at < own.at) {
    const isNewer = own.remote === null || (theirs.remote?.id === own.remote.id && theirs.remote.revision > own.remote.revision);
    return isNewer ? { ...own, remote: theirs.remote } : own;
  }
  const onItsWay = joined(own.sending.map((attempt) => attempt.text));
  const rest = text === onItsWay ? "" : text.startsWith(`${onItsWay}\n\n`) ? text.slice(onItsWay.length + 2) : text;
  const isMine = ({ clientMutationId }: Attempt) => own.sending.some((attempt) => attempt.clientMutationId === clientMutationId);
  return { ...own, ...theirs, at, text: onItsWay ? rest : text, followersOnly, failed: attempts.filter((attempt) => !isMine(attempt)) };
}

/** Takes over what another tab of this browser has made of a draft. */
function takeOver(key: string): void {
  const known = held.get(key);
  const item = itemOf(key);
  if (!known || item === undefined || item === (stored.get(key) ?? null)) return;
  const found = parsed(item);
  if (item !== null && found) {
    const next = merged(known, found);
    stored.set(key, item);
    held.set(key, next);
    if (next.at > found.at) store(key, next);
    else if (next.at > known.at) ofOthers.add(key);
  } else {
    // It was sent or discarded there.
    stored.delete(key);
    if (!unkept.has(key) && known.sending.length === 0) held.delete(key);
  }
}

addEventListener("storage", ({ key: name }) => {
  for (const key of name === null ? held.keys() : name.startsWith(prefix) ? [name.slice(prefix.length)] : []) {
    takeOver(key);
    listeners.notify(key);
  }
});

function stateOf(key: string): Draft | undefined {
  const known = held.get(key);
  if (known) return known;
  const item = itemOf(key);
  const found = parsed(item ?? null);
  if (!found || !item) return undefined;
  const draft = merged(empty, found);
  stored.set(key, item);
  held.set(key, draft);
  return draft;
}

function change(key: string, patch: (now: Draft) => Partial<Draft>): void {
  takeOver(key);
  const now = stateOf(key) ?? empty;
  const next = { ...now, ...patch(now) };
  if (next.at > now.at) ofOthers.delete(key);
  held.set(key, next);
  store(key, next);
  listeners.notify(key);
  writing.notify(key);
}

/** Keeps what is written, at each keystroke. */
export const keepDraft = (key: DraftKey, patch: Partial<Pick<Draft, "text" | "followersOnly" | Exclude<keyof Traits, "remote">>>) =>
  change(key, () => ({ ...patch, at: Date.now(), ...(patch.text === "" && { failed: [] }) }));

/** Keeps which copy the server has of it. */
export const keepRemote = (key: DraftKey, remote: Draft["remote"]) => change(key, () => ({ remote }));

export function discardDraft(key: DraftKey): void {
  change(key, () => empty);
  held.delete(key);
  listeners.notify(key);
}

/**
 * Sends the draft's text: its place is empty at once, and the text stays on the device until the server has it. When it is
 * refused, the text returns to its place with the reason, before what was written meanwhile. Resolves with whether it was sent.
 * `write` gets the id of the server's copy, if there is one, and the `clientMutationId`, which is that of an earlier attempt at the same text with the same details, if there was one.
 */
export async function sendDraft(
  key: DraftKey,
  content: string,
  write: (clientMutationId: string, draftId?: string) => Promise<unknown>,
  details = "",
): Promise<boolean> {
  const isSame = (other: Attempt) => other.text === content && other.details === details;
  const attempt = stateOf(key)?.failed.find(isSame) ?? { text: content, details, ...together([stateOf(key) ?? none]), clientMutationId: newMutationId() };
  const others = (attempts: readonly Attempt[]) => attempts.filter((other) => other !== attempt);
  change(key, ({ sending, failed }) => ({ at: Date.now(), text: "", ...none, problem: "", sending: [...sending, attempt], failed: others(failed) }));
  try {
    await write(attempt.clientMutationId, attempt.remote?.id);
    change(key, ({ sending }) => ({ sending: others(sending) }));
    return true;
  } catch (error) {
    change(key, ({ sending, failed, text, ...now }) => ({
      at: Date.now(),
      sending: others(sending),
      failed: [...failed, attempt].slice(-mostAttempts),
      text: joined([content, text]),
      ...together([now, attempt]),
      problem: describeProblem(error),
    }));
    return false;
  }
}

const keysOf = (accountId: string): string[] => {
  const isMine = (key: string) => key.startsWith(`${accountId}/`);
  const kept = Object.keys(localStorage).flatMap((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : []));
  return [...new Set([...held.keys(), ...kept])].filter(isMine);
};

/** Has an account something on this device that it did not send? */
export const hasDrafts = (accountId: string): boolean => keysOf(accountId).some((key) => stateOf(key)?.text);

/** Removes the drafts and attached files of an account from this device, when its user signs out here. */
export function forgetDrafts(accountId: string): void {
  void forgetFiles(accountId);
  for (const key of keysOf(accountId)) {
    held.delete(key);
    unkept.delete(key);
    localStorage.removeItem(prefix + key);
  }
}

/** What is written in a place, outside of what renders. */
export function draftOf(key: DraftKey): Draft | undefined {
  takeOver(key);
  return stateOf(key);
}
/** Is its text of this tab, or of one that may be gone? */
export const isWrittenHere = (key: DraftKey): boolean => !ofOthers.has(key);
/** Calls a function when that is changed on this page. Gives what ends it. */
export const onDraft = (key: DraftKey, changed: () => void): (() => void) => writing.subscribe(key, changed);

/** The draft of a place; undefined when nothing was written there. */
export const useDraft = (key: DraftKey): Draft | undefined =>
  useSyncExternalStore(
    useCallback((listener) => listeners.subscribe(key, listener), [key]),
    () => stateOf(key),
  );

/** How many characters a text is too long. */
export const excess = (text: string, limit: number): number => Math.max(0, text.length - limit);
