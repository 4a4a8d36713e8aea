import type { User } from "@newfeed/client";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useIntent, useSignInFor } from "../data/intent.ts";
import { setFollowing } from "../data/people.ts";
import { useMe } from "../data/session.ts";
import { Avatar } from "./avatar.tsx";
import { Handle, Name } from "./name.tsx";
import "./user-row.css";
import { t } from "../texts/texts.ts";

export function FollowButton({ user, small }: { user: User; small?: boolean }) {
  const me = useMe();
  const signIn = useSignInFor(`follow:${user.id}`);
  useIntent(`follow:${user.id}`, me !== null && me.id !== user.id, () => void setFollowing(user, true));
  if (me?.id === user.id || user.blockedByMe) return null;
  const { followedByMe, requestedByMe } = user;
  const pressed = followedByMe || requestedByMe;
  return (
    <button
      type="button"
      className={`button follow ${small ? "button--small" : ""} ${pressed ? "button--quiet" : ""}`}
      aria-pressed={pressed}
      onClick={() => (me ? void setFollowing(user, !pressed) : signIn())}
    >
      {labelOf(user)}
      <span className="visually-hidden"> {user.fullName || user.username}</span>
    </button>
  );
}

/** Says that only followers see the posts of an account. */
export const Private = () => (
  <span className="private" title={t.people.privateAccount}>
    <Lock size={13} aria-hidden />
    <span className="visually-hidden">{t.people.privateAccount}</span>
  </span>
);

function labelOf({ followedByMe, requestedByMe, followsMe, private: isPrivate }: User): string {
  if (followedByMe) return t.people.following;
  if (requestedByMe) return t.people.requested;
  if (isPrivate) return t.people.askToFollow;
  return followsMe ? t.people.followBack : t.people.follow;
}

interface RowProps {
  user: User;
  /** Buttons beside the one to follow. */
  children?: ReactNode;
}

export function UserRow({ user, children }: RowProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: an item of a list in parts
    <div role="listitem" className="user-row">
      <Link href={`/@${user.username}`} className="user-row__link">
        <Avatar of={user} />
        <span className="user-row__names">
          <b>
            <Name of={user} />
          </b>
          <Handle of={user}>
            {user.private && <Private />}
            {user.followsMe && <em>{t.people.followsYou}</em>}
          </Handle>
          {user.bio && (
            <span className="user-row__bio" dir="auto">
              {user.bio}
            </span>
          )}
        </span>
      </Link>
      {children}
      <FollowButton user={user} small />
    </div>
  );
}
