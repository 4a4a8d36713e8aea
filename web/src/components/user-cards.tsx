import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Link, useLocation } from "wouter";
import { useUser } from "../data/people.ts";
import { t } from "../texts/account.ts";
import { Avatar } from "./avatar.tsx";
import { FollowCounts } from "./follow-counts.tsx";
import { Handle, Name, nameOf } from "./name.tsx";
import { RichText } from "./rich-text.tsx";
import { followLinks, type OpenCard } from "./user-card-links.ts";
import { FollowButton, Private } from "./user-row.tsx";
import "./user-cards.css";

/** A card of a user beside a link to them: after a moment under the pointer or in the keyboard's focus, or when it is held on a touch screen. */
export function UserCards() {
  const [open, setOpen] = useState<OpenCard | null>(null);
  const [path] = useLocation();
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => followLinks(setOpen, () => card.current), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes it
  useEffect(() => setOpen(null), [path]);
  return open && <UserCard key={open.username} open={open} card={card} />;
}

interface Props {
  open: OpenCard;
  card: React.RefObject<HTMLDivElement | null>;
}

/** Beside the link, where there is more room for it. */
const gapPx = 8;
const marginPx = 12;

function UserCard({ open: { username, link }, card }: Props) {
  const { data: user } = useUser(username);
  useLayoutEffect(() => {
    const element = card.current;
    if (!element) return;
    const { left, top, bottom } = link.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = element;
    const end = document.documentElement.clientWidth - marginPx - width;
    element.style.left = `${Math.max(marginPx, Math.min(left, end))}px`;
    element.style.top = bottom + gapPx + height <= innerHeight - marginPx || top < height ? `${bottom + gapPx}px` : `${top - gapPx - height}px`;
  });
  // Without a profile there is nothing to show, and the link leads to what is wrong.
  if (!user) return null;
  return createPortal(
    <div ref={card} role="dialog" aria-label={t.lists.cardOf(nameOf(user))} className="card user-card">
      <div className="user-card__top">
        <Link href={`/@${user.username}`} tabIndex={-1} aria-hidden="true">
          <Avatar of={user} />
        </Link>
        <FollowButton user={user} small />
      </div>
      <Link href={`/@${user.username}`} className="user-card__names">
        <b>
          <Name of={user} />
        </b>
        <Handle of={user}>
          {user.private && <Private />}
          {user.followsMe && <em>{t.people.followsYou}</em>}
        </Handle>
      </Link>
      {user.bio && (
        <p className="user-card__bio" dir="auto">
          <RichText text={user.bio} />
        </p>
      )}
      <FollowCounts user={user} />
    </div>,
    document.body,
  );
}
