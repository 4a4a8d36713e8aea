import type { User } from "@newfeed/client";
import { Link } from "wouter";
import { useIntent, useSignInFor } from "../data/intent.ts";
import { setFollowing } from "../data/people.ts";
import { useMe } from "../data/session.ts";
import { Avatar } from "./avatar.tsx";
import { Name } from "./name.tsx";
import "./user-row.css";

export function FollowButton({ user, small }: { user: User; small?: boolean }) {
  const me = useMe();
  const signIn = useSignInFor(`follow:${user.id}`);
  useIntent(`follow:${user.id}`, me !== null && me.id !== user.id, () => void setFollowing(user, true));
  if (me?.id === user.id || user.blockedByMe) return null;
  const { followedByMe } = user;
  return (
    <button
      type="button"
      className={`button follow ${small ? "button--small" : ""} ${followedByMe ? "button--quiet" : ""}`}
      aria-pressed={followedByMe}
      onClick={() => (me ? void setFollowing(user, !followedByMe) : signIn())}
    >
      {followedByMe ? "Following" : user.followsMe ? "Follow back" : "Follow"}
      <span className="visually-hidden"> {user.fullName || user.username}</span>
    </button>
  );
}

export function UserRow({ user }: { user: User }) {
  return (
    <li className="user-row">
      <Link href={`/@${user.username}`} className="user-row__link">
        <Avatar of={user} />
        <span className="user-row__names">
          <b>
            <Name of={user} />
          </b>
          <span>
            @{user.username}
            {user.followsMe && <em>follows you</em>}
          </span>
          {user.bio && (
            <span className="user-row__bio" dir="auto">
              {user.bio}
            </span>
          )}
        </span>
      </Link>
      <FollowButton user={user} small />
    </li>
  );
}
