import { type CreateDraft, type Draft as KeptDraft, NewFeedError } from "@newfeed/client";
import { foldLine, foldText, isBlank } from "@newfeed/shared/contracts/text.ts";
import { useEffect } from "react";
import { client, refetch } from "./client.ts";
import { type Draft, type DraftKey, discardDraft, draftOf, isWrittenHere, keepDraft, keepRemote, onDraft } from "./drafts.ts";
import { keys } from "./keys.ts";

/** After the last keystroke. */
const waitMs = 2_000;

/** What the server keeps of what is written. */
const contentOf = ({ text, followersOnly, title, sensitive, contentWarning, category, quotable, location, publishAt }: Draft): CreateDraft => ({
  content: foldText(text),
  title: foldLine(title ?? "") || null,
  contentWarning: foldLine(contentWarning ?? "") || null,
  location: foldLine(location ?? "") || null,
  visibility: followersOnly ? "followers" : "public",
  ...{ sensitive, category, quotable, publishAt },
});
const savedOf = (draft: Draft) => JSON.stringify(contentOf(draft));

const hasStatus = (error: unknown, ...statuses: number[]) => error instanceof NewFeedError && statuses.includes(error.status);

/**
 * Calls are made one after the other, by all tabs where the browser has locks (in secure contexts), so that no two make a copy of the
 * same draft. What fails is tried again when something is written, and when the page is shown.
 */
let turn: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const { locks } = navigator as { locks?: LockManager };
  if (locks) return locks.request("newfeed.drafts", work) as Promise<T>;
  const done = turn.then(work, work);
  turn = done.catch(() => {});
  return done;
}
const quietly = (work: () => Promise<void>) => void inTurn(work).catch(() => {});

/**
 * As a draft of its own where it is new, or where another device has changed or deleted it: no text takes the place of another. Another
 * tab may have changed it just before, as what tabs store reaches one another a moment later than the turn.
 */
async function write(key: DraftKey, known: Draft["remote"], content: CreateDraft): Promise<KeptDraft> {
  if (known)
    try {
      return await client.drafts.update(known.id, { ...content, revision: known.revision });
    } catch (error) {
      if (!hasStatus(error, 404, 409)) throw error;
      const now = draftOf(key)?.remote;
      if (now?.id === known.id && now.revision > known.revision) return write(key, now, content);
    }
  return client.drafts.create(content);
}

/** Copies what is written in a place to the server. */
async function save(key: DraftKey): Promise<void> {
  const draft = draftOf(key);
  if (!draft || draft.sending.length > 0) return;
  const { text, remote } = draft;
  if (isBlank(text)) {
    if (!remote) return;
    await client.drafts.delete(remote.id);
    keepRemote(key, null);
    return refetch(keys.drafts);
  }
  const saved = savedOf(draft);
  if (remote?.saved === saved) return;
  const kept = await write(key, remote, contentOf(draft));
  const now = draftOf(key);
  // It was sent or removed meanwhile.
  if (!now || isBlank(now.text) || now.remote?.id !== remote?.id) {
    if (kept.id !== remote?.id) await client.drafts.delete(kept.id);
  } else keepRemote(key, { id: kept.id, revision: kept.revision, saved });
  await refetch(keys.drafts);
}

function take(
  key: DraftKey,
  { id, revision, content, visibility, title, sensitive, contentWarning, category, quotable, location, publishAt }: KeptDraft,
): void {
  keepDraft(key, {
    text: content,
    followersOnly: visibility === "followers",
    title,
    sensitive,
    contentWarning,
    category,
    quotable,
    location,
    publishAt,
  });
  const draft = draftOf(key);
  if (draft) keepRemote(key, { id, revision, saved: savedOf(draft) });
}

/** Takes over what another device has made of the draft, unless it was changed here, too. */
async function look(key: DraftKey): Promise<void> {
  const before = draftOf(key);
  if (!before?.remote || before.remote.saved !== savedOf(before)) return;
  const kept = await client.drafts.get(before.remote.id).catch((error) => {
    if (!hasStatus(error, 404)) throw error;
    return null;
  });
  const now = draftOf(key);
  if (now?.remote?.id !== before.remote.id || now.remote.saved !== savedOf(now) || now.sending.length > 0) return;
  // It was sent or deleted elsewhere; a poll is on this device only.
  if (!kept) now.poll ? keepRemote(key, null) : discardDraft(key);
  else if (kept.revision > now.remote.revision) take(key, kept);
}

/** Keeps the server's copy of what is written in a place, if it has one, up to date while its form is used. */
export function useDraftSync(key: DraftKey | null): void {
  useEffect(() => {
    if (key === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => quietly(() => save(key)), waitMs);
    };
    const onOnline = () => isWrittenHere(key) && soon();
    const onShown = () => {
      const isVisible = document.visibilityState === "visible";
      quietly(() => (isVisible ? look(key) : save(key)));
      if (isVisible) soon();
    };
    const stop = onDraft(key, soon);
    document.addEventListener("visibilitychange", onShown);
    addEventListener("online", onOnline);
    onShown();
    return () => {
      stop();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onShown);
      removeEventListener("online", onOnline);
      quietly(() => save(key));
    };
  }, [key]);
}

/** Opens a draft where posts are written; what is written there is kept as a draft before. False where that is not possible now, or not with a poll. */
export async function openDraft(key: DraftKey, kept: KeptDraft): Promise<boolean> {
  await inTurn(() => save(key)).catch(() => {});
  const draft = draftOf(key);
  if (draft?.remote?.id === kept.id) return true;
  if (draft?.poll || (draft && !isBlank(draft.text) && draft.remote?.saved !== savedOf(draft))) return false;
  take(key, kept);
  return true;
}

/** Rejects when it is refused. */
export async function deleteDraft(key: DraftKey, id: string): Promise<void> {
  await inTurn(() => client.drafts.delete(id));
  if (draftOf(key)?.remote?.id === id) discardDraft(key);
  await refetch(keys.drafts);
}
