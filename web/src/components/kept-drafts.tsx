import type { Draft } from "@newfeed/client";
import { Clock, MapPin, Pencil, Trash2, TriangleAlert, Users } from "lucide-react";
import { useState } from "react";
import { deleteDraft, openDraft } from "../data/draft-sync.ts";
import { type DraftKey, draftOf } from "../data/drafts.ts";
import { useKeptDrafts } from "../data/kept-drafts.ts";
import { useMe } from "../data/session.ts";
import { isWriting } from "../shortcuts.ts";
import { t } from "../texts/account.ts";
import { Confirm } from "./dialogs.tsx";
import { FoldedText } from "./folded-text.tsx";
import { RowSkeletons } from "./skeletons.tsx";
import { Failed, More } from "./states.tsx";
import { Time, useDates } from "./time.tsx";
import { say, showProblem } from "./toasts.tsx";
import { hasUploads } from "./uploads.ts";
import "./unpublished.css";

/** What the user has begun to write on any device. */
export function KeptDrafts() {
  const me = useMe();
  const { data, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useKeptDrafts();
  const drafts = data?.pages.flatMap((page) => page.data);
  if (error && !drafts) return <Failed error={error} retry={() => void refetch()} />;
  if (!drafts || !me) return <RowSkeletons label={t.states.loading} />;
  if (drafts.length === 0) return <p className="unpublished__none">{t.unpublished.noDrafts}</p>;
  return (
    <>
      <div className="feed">
        {drafts.map((draft) => (
          <OneDraft key={draft.id} draft={draft} owner={me.id} />
        ))}
      </div>
      <More hasMore={hasNextPage} loading={isFetchingNextPage} failed={isFetchNextPageError} load={() => void fetchNextPage()} />
    </>
  );
}

function OneDraft({ draft, owner }: { draft: Draft; owner: string }) {
  const place: DraftKey = `${owner}/post`;
  const dates = useDates();
  const [asking, setAsking] = useState(false);
  async function open() {
    if (hasUploads(owner) || draftOf(place)?.poll) say(t.unpublished.filesFirst);
    else if (await openDraft(place, draft)) isWriting.set(true);
    else say(t.unpublished.notKeptYet);
  }
  const remove = () => void deleteDraft(place, draft.id).catch((error) => showProblem(t.unpublished.draftNotDeleted, error));
  return (
    <article className="card unpublished" aria-label={t.unpublished.draft}>
      <p className="unpublished__when">
        <Time at={draft.updatedAt} />
        {draft.visibility === "followers" && (
          <span title={t.post.followersOnly}>
            <Users size={15} aria-hidden />
            <span className="visually-hidden">{t.post.followersOnly}</span>
          </span>
        )}
      </p>
      {draft.contentWarning && (
        <p className="unpublished__detail" dir="auto">
          <TriangleAlert size={15} aria-hidden />
          <span className="visually-hidden">{t.post.contentWarning}: </span> {draft.contentWarning}
        </p>
      )}
      {draft.title && <h2 dir="auto">{draft.title}</h2>}
      <p className="post-card__text" dir="auto">
        <FoldedText id={draft.id} text={draft.content} />
      </p>
      {draft.location && (
        <p className="unpublished__detail" dir="auto">
          <MapPin size={15} aria-hidden />
          <span className="visually-hidden">{t.post.location}</span> {draft.location}
        </p>
      )}
      {draft.publishAt && (
        <p className="unpublished__detail">
          <Clock size={15} aria-hidden />
          {t.unpublished.willBePublished(dates.dayAndTime(draft.publishAt))}
        </p>
      )}
      <div className="unpublished__acts">
        <button type="button" className="button button--small" onClick={() => void open()}>
          <Pencil size={16} aria-hidden />
          {t.unpublished.goOn}
        </button>
        <button type="button" className="button button--quiet button--small" onClick={() => setAsking(true)}>
          <Trash2 size={16} aria-hidden />
          {t.common.delete}
        </button>
      </div>
      {asking && (
        <Confirm
          title={t.unpublished.deleteDraftTitle}
          text={t.unpublished.deleteDraftText}
          action={t.common.delete}
          onConfirm={remove}
          onClose={() => setAsking(false)}
        />
      )}
    </article>
  );
}
