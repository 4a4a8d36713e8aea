import type { Notification } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { AtSign, Bell, CheckCheck, Heart, MessageCircle, MessageSquareQuote, PartyPopper, Repeat2, Reply, UserCheck, UserPlus } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { useLocation } from "wouter";
import { Avatar } from "../components/avatar.tsx";
import { NewItems } from "../components/feed.tsx";
import { Sentence } from "../components/name.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { RequireSession } from "../components/require-session.tsx";
import { RowSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed, More } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { useIsVisible } from "../data/hooks.ts";
import {
  readAllNotifications,
  readNotification,
  seeNotifications,
  showWaiting,
  textOf,
  useCounts,
  useInbox,
  useNotification,
  useWaiting,
} from "../data/notifications.ts";
import { useWordFilter } from "../data/preferences.ts";
import "./notifications.css";
import { t } from "../texts/texts.ts";

const icons: Record<Notification["type"], ReactNode> = {
  new_comment: <MessageCircle size={14} aria-hidden />,
  comment_reply: <Reply size={14} aria-hidden />,
  mention: <AtSign size={14} aria-hidden />,
  post_liked: <Heart size={14} aria-hidden fill="currentColor" />,
  like_created: <Heart size={14} aria-hidden fill="currentColor" />,
  post_reposted: <Repeat2 size={14} aria-hidden />,
  post_quoted: <MessageSquareQuote size={14} aria-hidden />,
  new_follower: <UserPlus size={14} aria-hidden />,
  follow_request: <UserPlus size={14} aria-hidden />,
  follow_approved: <UserCheck size={14} aria-hidden />,
  welcome: <PartyPopper size={14} aria-hidden />,
};

const placeOf = ({ type, data, actor }: Notification): string =>
  type === "follow_request" ? pages.settings : data.postId ? `/posts/${data.postId}` : actor ? `/@${actor.username}` : "/";

/** What it is about. */
const excerptOf = ({ data: { comment, post } }: Notification): string =>
  comment?.content ?? (post ? (post.contentWarning ?? (post.content || (post.title ?? ""))) : "");

export const NotificationsPage = () => (
  <RequireSession>
    <Inbox />
  </RequireSession>
);

function Inbox() {
  const { ids, error, hasMore, isLoadingMore, loadMore, refetch } = useInbox();
  const { unreadCount: unread, unseenCount: unseen } = useCounts(true);
  const waiting = useWaiting();
  // What waited during an earlier visit is shown in this one.
  useEffect(() => void showWaiting(), []);
  const isVisible = useIsVisible();
  const isAllShown = waiting.size === 0;
  useEffect(() => {
    if (isVisible && ids !== undefined && isAllShown && unseen > 0) void seeNotifications();
  }, [isVisible, ids, isAllShown, unseen]);
  const shown = ids?.filter((id) => !waiting.has(id));
  return (
    <>
      <PageHeading title={t.shell.notifications}>
        <button type="button" className="button button--quiet button--small" disabled={unread === 0} onClick={() => void readAllNotifications()}>
          <CheckCheck size={17} aria-hidden />
          {t.inbox.readAll}
        </button>
      </PageHeading>
      <NewItems count={waiting.size} textOf={t.inbox.new} failed={t.inbox.newFailed} show={showWaiting} />
      <div className="card list">
        {error && !ids ? (
          <Failed error={error} retry={refetch} />
        ) : !shown || (shown.length === 0 && hasMore) ? (
          <RowSkeletons label={t.inbox.loading} />
        ) : shown.length > 0 ? (
          <ul aria-label={t.shell.notifications}>
            {shown.map((id) => (
              <Item key={id} id={id} />
            ))}
          </ul>
        ) : (
          <Empty icon={<Bell size={32} aria-hidden />} title={t.inbox.none}>
            <p>{t.inbox.noneHint}</p>
          </Empty>
        )}
      </div>
      <More hasMore={hasMore} loading={isLoadingMore} load={loadMore} />
    </>
  );
}

function Item({ id }: { id: string }) {
  const item = useNotification(id);
  const [, navigate] = useLocation();
  const filter = useWordFilter();
  if (!item) return null;
  const { actor, read, type } = item;
  const excerpt = excerptOf(item);
  return (
    <li className="notification" data-unread={!read || undefined}>
      <a
        href={placeOf(item)}
        className="notification__link"
        onClick={(event) => {
          void readNotification(item);
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          navigate(placeOf(item));
        }}
      >
        <span className="notification__face">
          {actor ? <Avatar of={actor} /> : <span className="notification__own">{icons[type]}</span>}
          {actor && (
            <span className="notification__icon" data-type={type}>
              {icons[type]}
            </span>
          )}
        </span>
        <span className="notification__text">
          {!read && <span className="visually-hidden">{t.inbox.unread}</span>}
          <span>
            <Sentence text={textOf(item)} name={actor?.fullName} />
          </span>
          {excerpt && filter(excerpt) === undefined && (
            <span className="notification__excerpt" dir="auto">
              {excerpt}
            </span>
          )}
          <span className="notification__time">
            <Time at={item.updatedAt} />
          </span>
        </span>
      </a>
    </li>
  );
}
