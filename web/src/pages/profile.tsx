import type { User } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { Ban, Bell, BellOff, Bookmark, CalendarDays, Feather, Heart, Lock, MoreHorizontal, Repeat2, UserX } from "lucide-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { Avatar } from "../components/avatar.tsx";
import { Choice } from "../components/choice.tsx";
import { Feed } from "../components/feed.tsx";
import { later } from "../components/later.tsx";
import { Menu } from "../components/menu.tsx";
import { Handle, nameOf } from "../components/name.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { ProfileHeader } from "../components/profile-header.tsx";
import { RichText } from "../components/rich-text.tsx";
import { PostSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed, FloatingFailed } from "../components/states.tsx";
import { useDates } from "../components/time.tsx";
import { FollowButton, Private } from "../components/user-row.tsx";
import { setBlocked, setMuted, useUser } from "../data/people.ts";
import { useMe } from "../data/session.ts";
import "./profile.css";
import { Message } from "../components/message.tsx";
import { t } from "../texts/texts.ts";
import { Kept } from "./kept.tsx";

/** Loaded when the user edits their profile. */
const EditProfile = later(async () => (await import("../components/edit-profile.tsx")).EditProfile, {
  failed: ({ onClose }, retry) => <FloatingFailed retry={retry} close={onClose} />,
});

export function ProfilePage({ username = "" }: { username?: string }) {
  const { data: user, error, refetch } = useUser(username);
  const me = useMe();
  if (error && !user) return <Failed error={error} retry={() => void refetch()} />;
  if (user === null)
    return (
      <>
        <PageHeading title={`@${username}`} />
        <Empty icon={<UserX size={32} aria-hidden />} title={t.profile.notFound}>
          <p>{t.profile.notFoundHint}</p>
        </Empty>
      </>
    );
  if (!user)
    return (
      <>
        <PageHeading title={`@${username}`} />
        <PostSkeletons count={2} />
      </>
    );
  return (
    <>
      <Profile user={user} />
      {user.blockedByMe ? (
        <Empty icon={<Ban size={32} aria-hidden />} title={t.profile.blocked(user.username)}>
          <p>{t.profile.blockedHint}</p>
        </Empty>
      ) : user.private && !user.followedByMe && user.id !== me?.id ? (
        <Empty icon={<Lock size={32} aria-hidden />} title={t.profile.private}>
          <p>{t.profile.privateHint(user.username)}</p>
        </Empty>
      ) : (
        <Posts key={user.id} user={user} />
      )}
    </>
  );
}

/** What a user has written, or reposted. */
function Posts({ user }: { user: User }) {
  const [shown, setShown] = useState<"posts" | "reposts">("posts");
  return (
    <>
      <Choice
        label={t.profile.shown}
        value={shown}
        choose={setShown}
        options={[
          { value: "posts", label: t.profile.posts },
          { value: "reposts", label: t.profile.reposts },
        ]}
      />
      {shown === "posts" ? (
        <Feed
          name={`user:${user.id}`}
          empty={
            <Empty icon={<Feather size={32} aria-hidden />} title={t.feed.noPosts}>
              <p>{t.profile.noPostsHint(user.username)}</p>
            </Empty>
          }
        />
      ) : (
        <Kept by={`reposts:${user.id}`} icon={<Repeat2 size={32} aria-hidden />} none={t.profile.noReposts} hint={t.profile.noRepostsHint(user.username)} />
      )}
    </>
  );
}

function Profile({ user }: { user: User }) {
  const me = useMe();
  const [editing, setEditing] = useState(false);
  const { monthAndYear } = useDates();
  const [, navigate] = useLocation();
  const isMine = me?.id === user.id;
  return (
    <section className="card profile" aria-label={t.profile.label}>
      <ProfileHeader user={user} />
      <div className="profile__top">
        <Avatar of={user} size="l" />
        <div className="profile__actions">
          {isMine && (
            <Menu
              label={t.profile.options}
              actions={[
                { label: t.shell.bookmarks, icon: <Bookmark size={18} aria-hidden />, act: () => navigate(pages.bookmarks) },
                { label: t.shell.likes, icon: <Heart size={18} aria-hidden />, act: () => navigate(pages.likes) },
              ]}
            >
              <MoreHorizontal size={20} aria-hidden />
            </Menu>
          )}
          {isMine && (
            <button type="button" className="button button--quiet" onClick={() => setEditing(true)}>
              {t.profile.edit}
            </button>
          )}
          {me && !isMine && (
            <Menu
              label={t.profile.options}
              actions={[
                ...(user.mutedByMe
                  ? [{ label: t.profile.unmute, icon: <Bell size={18} aria-hidden />, act: () => void setMuted(user, false) }]
                  : [
                      { label: t.profile.mute, icon: <BellOff size={18} aria-hidden />, act: () => void setMuted(user, "forever") },
                      { label: t.profile.muteForWeek, icon: <BellOff size={18} aria-hidden />, act: () => void setMuted(user, "week") },
                    ]),
                {
                  label: user.blockedByMe ? t.profile.unblock : t.profile.block,
                  icon: <Ban size={18} aria-hidden />,
                  danger: !user.blockedByMe,
                  act: () => void setBlocked(user, !user.blockedByMe),
                },
              ]}
            >
              <MoreHorizontal size={20} aria-hidden />
            </Menu>
          )}
          <FollowButton user={user} />
        </div>
      </div>
      <div className="profile__name">
        <PageHeading title={nameOf(user)} name={nameOf(user)} bare />
        <Handle of={user}>
          {user.private && <Private />}
          {user.mutedByMe && <em>{t.profile.muted}</em>}
          {user.followsMe && <em>{t.profile.followsYou}</em>}
        </Handle>
      </div>
      {user.bio && (
        <p className="profile__bio" dir="auto">
          <RichText text={user.bio} />
        </p>
      )}
      <p className="profile__since">
        <CalendarDays size={16} aria-hidden /> {t.profile.joined(monthAndYear(user.createdAt))}
      </p>
      <p className="profile__counts">
        <Link href={`/@${user.username}/following`}>
          <Message text={t.profile.following(user.followingCount)}>{(inside) => <b>{inside}</b>}</Message>
        </Link>
        <Link href={`/@${user.username}/followers`}>
          <Message text={t.profile.followers(user.followerCount)}>{(inside) => <b>{inside}</b>}</Message>
        </Link>
      </p>
      {editing && <EditProfile user={user} onClose={() => setEditing(false)} />}
    </section>
  );
}
