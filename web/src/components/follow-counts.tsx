import type { User } from "@newfeed/client";
import { Link } from "wouter";
import { t } from "../texts/account.ts";
import { Message } from "./message.tsx";

/** How many a user follows and how many follow them, each a link to who they are. */
export const FollowCounts = ({ user }: { user: Pick<User, "username" | "followingCount" | "followerCount"> }) => (
  <p className="profile__counts">
    <Link href={`/@${user.username}/following`}>
      <Message text={t.profile.following(user.followingCount)}>{(inside) => <b>{inside}</b>}</Message>
    </Link>
    <Link href={`/@${user.username}/followers`}>
      <Message text={t.profile.followers(user.followerCount)}>{(inside) => <b>{inside}</b>}</Message>
    </Link>
  </p>
);
