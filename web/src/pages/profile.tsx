import type { User } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import {
  Activity,
  Ban,
  Bell,
  BellOff,
  Bookmark,
  CalendarDays,
  Feather,
  Flag,
  Heart,
  Image,
  Link2,
  Lock,
  MapPin,
  MoreHorizontal,
  Pin,
  Repeat2,
  ShieldCheck,
  UserX,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import { Link, useLocation, useSearch as useQueryString } from "wouter";
import { Avatar } from "../components/avatar.tsx";
import { BellButton } from "../components/bell-button.tsx";
import { Feed } from "../components/feed.tsx";
import { FollowCounts } from "../components/follow-counts.tsx";
import { later } from "../components/later.tsx";
import { Menu } from "../components/menu.tsx";
import { Handle, nameOf } from "../components/name.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { PostCard } from "../components/post-card.tsx";
import { ProfileHeader } from "../components/profile-header.tsx";
import { Replies } from "../components/replies.tsx";
import { Report } from "../components/report.tsx";
import { RichText, safeUrl } from "../components/rich-text.tsx";
import { PostSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed, FloatingFailed } from "../components/states.tsx";
import { useDates } from "../components/time.tsx";
import { FollowButton, Private } from "../components/user-row.tsx";
import { setBlocked, setMuted, useUser } from "../data/people.ts";
import { usePinned } from "../data/pinned.ts";
import { usePost } from "../data/posts.ts";
import { mayAudit, mayModerate, useMe } from "../data/session.ts";
import "./profile.css";
import { Message } from "../components/message.tsx";
import { t } from "../texts/account.ts";
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
        <Lists key={user.id} user={user} />
      )}
    </>
  );
}

const lists = ["posts", "reposts", "replies", "media", "likes"] as const;
type ListName = (typeof lists)[number];

/** What a user has written, handed on, answered and shown, and what they like: as the address says. */
function Lists({ user }: { user: User }) {
  const me = useMe();
  const wanted = new URLSearchParams(useQueryString()).get("shown");
  const isMine = me?.id === user.id;
  const offered = lists.filter((name) => name !== "likes" || user.publicLikes || isMine);
  const shown = offered.find((name) => name === wanted) ?? "posts";
  return (
    <>
      <nav className="feed-choice profile__lists" aria-label={t.lists.shown}>
        {offered.map((name) => (
          <Link
            key={name}
            href={name === "posts" ? `/@${user.username}` : `/@${user.username}?shown=${name}`}
            replace
            className={name === shown ? "button" : "button button--quiet"}
            aria-current={name === shown ? "page" : undefined}
          >
            {t.lists[name]}
          </Link>
        ))}
      </nav>
      {shown === "likes" && isMine && !user.publicLikes && (
        <p className="profile__note">
          <Message text={t.lists.onlyYou}>
            {(inside) => (
              <Link href={pages.settings} className="link">
                {inside}
              </Link>
            )}
          </Message>
        </p>
      )}
      <List key={shown} shown={shown} user={user} />
    </>
  );
}

function List({ shown, user: { id, username } }: { shown: ListName; user: User }) {
  switch (shown) {
    case "replies":
      return <Replies of={{ id, username }} />;
    case "reposts":
      return <Kept by={`reposts:${id}`} icon={<Repeat2 size={32} aria-hidden />} none={t.lists.noReposts} hint={t.lists.noRepostsHint(username)} />;
    case "likes":
      return <Kept by={`likes:${id}`} icon={<Heart size={32} aria-hidden />} none={t.lists.noLikes} hint={t.lists.noLikesHint(username)} />;
    case "media":
      return <Feed name={`media:${id}`} empty={none(<Image size={32} aria-hidden />, t.lists.noMedia, t.lists.noMediaHint(username))} />;
    default:
      return <Posts of={{ id, username }} />;
  }
}

/** The pinned post, and the others. */
function Posts({ of: { id, username } }: { of: Pick<User, "id" | "username"> }) {
  const pinned = usePinned(id);
  const me = useMe();
  const isGone = usePost(pinned ?? "") === null;
  // Posts that were there before the pinned one would be moved by it.
  if (pinned === undefined) return <PostSkeletons />;
  return (
    <>
      {pinned && !(isGone && me?.id === id) && (
        <section className="pinned" aria-label={t.lists.pinned}>
          <p className="pinned__label">
            <Pin size={15} aria-hidden /> {t.lists.pinned}
          </p>
          <div className="feed">
            <PostCard key={pinned} id={pinned} />
          </div>
        </section>
      )}
      <Feed name={`user:${id}`} without={pinned} empty={none(<Feather size={32} aria-hidden />, t.feed.noPosts, t.lists.noPostsHint(username))} />
    </>
  );
}

const none = (icon: ReactNode, title: string, hint: string) => (
  <Empty icon={icon} title={title}>
    <p>{hint}</p>
  </Empty>
);

/** A page elsewhere that the user says is theirs. */
function OwnLink({ address }: { address: string }) {
  const url = safeUrl(address);
  if (!url) return null;
  return (
    <>
      <Link2 size={16} aria-hidden />{" "}
      <a className="link" dir="ltr" href={url.href} title={url.href} target="_blank" rel="me noopener noreferrer nofollow ugc">
        {url.host.replace(/^www\./, "") + url.pathname.replace(/\/$/, "")}
      </a>
    </>
  );
}

function Profile({ user }: { user: User }) {
  const me = useMe();
  const [editing, setEditing] = useState(false);
  const [reporting, setReporting] = useState(false);
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
                ...(mayModerate(me)
                  ? [{ label: t.profile.moderation, icon: <ShieldCheck size={18} aria-hidden />, act: () => navigate(pages.moderation) }]
                  : []),
                ...(mayAudit(me) ? [{ label: t.profile.console, icon: <Activity size={18} aria-hidden />, act: () => navigate(pages.admin) }] : []),
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
                { label: t.post.report, icon: <Flag size={18} aria-hidden />, act: () => setReporting(true) },
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
          {me && !isMine && user.followedByMe && <BellButton user={user} />}
          {reporting && <Report target={{ type: "user", id: user.id }} label={nameOf(user)} onClose={() => setReporting(false)} />}
          <FollowButton user={user} />
        </div>
      </div>
      <div className="profile__name">
        <PageHeading title={nameOf(user)} name={nameOf(user)} bare />
        <Handle of={user}>
          {user.private && <Private />}
          {user.mutedByMe && <em>{t.profile.muted}</em>}
          {user.followsMe && <em>{t.people.followsYou}</em>}
        </Handle>
      </div>
      {user.bio && (
        <p className="profile__bio" dir="auto">
          <RichText text={user.bio} />
        </p>
      )}
      {(user.location || user.links.length > 0) && (
        <ul className="profile__places">
          {user.location && (
            <li>
              <MapPin size={16} aria-hidden /> <bdi>{user.location}</bdi>
            </li>
          )}
          {user.links.map((link) => (
            <li key={link}>
              <OwnLink address={link} />
            </li>
          ))}
        </ul>
      )}
      <p className="profile__since">
        <CalendarDays size={16} aria-hidden /> {t.profile.joined(monthAndYear(user.createdAt))}
      </p>
      <FollowCounts user={user} />
      {editing && <EditProfile user={user} onClose={() => setEditing(false)} />}
    </section>
  );
}
