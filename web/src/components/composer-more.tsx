import { pages } from "@newfeed/shared/contracts/pages.ts";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import { ChartBarBig, Clock, Heading, MapPin, MessageSquareOff, NotebookPen, Plus, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useDraftSync } from "../data/draft-sync.ts";
import type { Draft, DraftKey } from "../data/drafts.ts";
import { t } from "../texts/account.ts";
import { Menu } from "./menu.tsx";
import { PickTime } from "./pick-time.tsx";
import { PollFields } from "./poll-fields.tsx";
import { useDates } from "./time.tsx";
import { TitleField } from "./title-field.tsx";
import "./composer-more.css";

export interface MoreProps {
  place: DraftKey;
  draft: Pick<Draft, "text" | "title" | "followersOnly" | "quotable" | "location" | "publishAt" | "poll">;
  keep: (patch: Partial<Pick<Draft, "title" | "quotable" | "location" | "publishAt" | "poll">>) => void;
}

/** In the composer: what few posts have, and the way to what is not published yet. */
export function ComposerMore({ place, draft: { text, title, followersOnly, quotable, location, publishAt, poll }, keep }: MoreProps) {
  // What quotes is kept on this device: the server's drafts quote nothing.
  useDraftSync(place.endsWith("/post") ? place : null);
  const [, navigate] = useLocation();
  const [picking, setPicking] = useState(false);
  return (
    <>
      {!followersOnly && (
        <button
          type="button"
          className="icon-button"
          aria-label={t.composer.unquotable}
          title={t.composer.unquotable}
          aria-pressed={!quotable}
          onClick={() => keep({ quotable: !quotable })}
        >
          <MessageSquareOff size={19} aria-hidden />
        </button>
      )}
      <Menu
        label={t.unpublished.more}
        actions={[
          { label: t.madeByProgram.addTitle, icon: <Heading size={18} aria-hidden />, act: () => keep({ title: title ?? "" }) },
          {
            label: t.poll.add,
            icon: <ChartBarBig size={18} aria-hidden />,
            act: () => keep({ poll: poll ?? { options: ["", ""], duration: 86_400 } }),
          },
          { label: t.unpublished.addLocation, icon: <MapPin size={18} aria-hidden />, act: () => keep({ location: location ?? "" }) },
          { label: t.unpublished.pickTitle, icon: <Clock size={18} aria-hidden />, act: () => setPicking(true) },
          { label: t.unpublished.title, icon: <NotebookPen size={18} aria-hidden />, act: () => navigate(pages.unpublished) },
        ]}
      >
        <Plus size={21} aria-hidden />
      </Menu>
      {title !== null && <TitleField text={text} title={title} keep={(title) => keep({ title })} />}
      {poll && <PollFields poll={poll} change={(poll) => keep({ poll })} />}
      {location !== null && <Place location={location} keep={keep} />}
      {publishAt !== null && <PublishAt publishAt={publishAt} keep={keep} pick={() => setPicking(true)} />}
      {picking && <PickTime at={publishAt} choose={async (at) => keep({ publishAt: at })} onClose={() => setPicking(false)} />}
    </>
  );
}

function Place({ location, keep }: { location: string } & Pick<MoreProps, "keep">) {
  const field = useRef<HTMLInputElement>(null);
  const isNew = location === "";
  useEffect(() => {
    // The field that the menu has opened; the menu gives the focus back before.
    const frame = isNew ? requestAnimationFrame(() => field.current?.focus()) : 0;
    return () => cancelAnimationFrame(frame);
  }, [isNew]);
  return (
    <div className="composer-more">
      <MapPin size={18} aria-hidden />
      <input
        ref={field}
        aria-label={t.post.location}
        placeholder={t.unpublished.locationPlaceholder}
        maxLength={lengths.postLocation}
        dir="auto"
        value={location}
        onChange={(event) => keep({ location: event.target.value })}
      />
      <Remove label={t.unpublished.removeLocation} onClick={() => keep({ location: null })} />
    </div>
  );
}

function PublishAt({ publishAt, keep, pick }: { publishAt: string; pick: () => void } & Pick<MoreProps, "keep">) {
  const dates = useDates();
  return (
    <div className="composer-more">
      <Clock size={18} aria-hidden />
      <button type="button" className="link" title={t.unpublished.changeTime} onClick={pick}>
        {t.unpublished.willBePublished(dates.dayAndTime(publishAt))}
      </button>
      <Remove label={t.unpublished.atOnce} onClick={() => keep({ publishAt: null })} />
    </div>
  );
}

const Remove = ({ label, onClick }: { label: string; onClick: () => void }) => (
  <button type="button" className="icon-button" aria-label={label} title={label} onClick={onClick}>
    <X size={18} aria-hidden />
  </button>
);
