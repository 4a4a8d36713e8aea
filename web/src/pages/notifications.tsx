import type { Author, Notification } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import {
  AtSign,
  Bell,
  BellRing,
  ChartBarBig,
  Check,
  CheckCheck,
  CircleHelp,
  Heart,
  MailOpen,
  MessageCircle,
  MessageSquareQuote,
  MoreHorizontal,
  PartyPopper,
  Repeat2,
  Reply,
  ShieldAlert,
  ShieldCheck,
  UserCheck,
  UserPlus,
} from "lucide-react";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { Link, useLocation, useSearch as useQueryString } from "wouter";
import { Avatar } from "../components/avatar.tsx";
import { NewItems } from "../components/feed.tsx";
import { Menu } from "../components/menu.tsx";
import { nameOf, Sentence } from "../components/name.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { RequireSession } from "../components/require-session.tsx";
import { RowSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed, More } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { Why } from "../components/why.tsx";
import { commentAddress } from "../data/addresses.ts";
import { useIsVisible } from "../data/hooks.ts";
import {
  facesOf,
  type InboxFilter,
  inboxFilterOf,
  inboxFilters,
  readAllNotifications,
  readNotification,
  readPostNotifications,
  seeNotifications,
  showWaiting,
  textOf,
  unreadNotification,
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
  poll_ended: <ChartBarBig size={14} aria-hidden />,
  new_follower: <UserPlus size={14} aria-hidden />,
  follow_request: <UserPlus size={14} aria-hidden />,
  follow_approved: <UserCheck size={14} aria-hidden />,
  new_post: <BellRing size={14} aria-hidden />,
  content_removed: <ShieldAlert size={14} aria-hidden />,
  content_restored: <ShieldCheck size={14} aria-hidden />,
  warning: <ShieldAlert size={14} aria-hidden />,
  appeal_resolved: <ShieldCheck size={14} aria-hidden />,
  report_resolved: <ShieldCheck size={14} aria-hidden />,
  welcome: <PartyPopper size={14} aria-hidden />,
};

const placeOf = ({ type, data, actor }: Notification): string =>
  type === "follow_request"
    ? pages.settings
    : data.postId
      ? data.commentId
        ? commentAddress(data.postId, data.commentId)
        : `/posts/${data.postId}`
      : actor
        ? `/@${actor.username}`
        : "/";

/** What it is about. */
const excerptOf = ({ data: { comment, post } }: Notification): string =>
  comment?.content ?? (post ? (post.contentWarning ?? (post.content || (post.title ?? ""))) : "");

export function NotificationsPage() {
  const filter = inboxFilterOf(useQueryString());
  return (
    <RequireSession>
      <Inbox key={filter} filter={filter} />
    </RequireSession>
  );
}

function Inbox({ filter }: { filter: InboxFilter }) {
  const { ids, error, hasMore, isLoadingMore, loadMore, refetch } = useInbox(filter);
  const { unreadCount: unread, unseenCount: unseen } = useCounts(true);
  const waiting = useWaiting(filter);
  const show = useCallback(() => showWaiting(filter), [filter]);
  // What waited during an earlier visit is shown in this one.
  useEffect(() => void show(), [show]);
  const isVisible = useIsVisible();
  const isAllShown = filter === "all" && waiting.size === 0;
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
      <nav className="inbox-filters" aria-label={t.inbox.filter}>
        {inboxFilters.map((each) => (
          <Link
            key={each}
            href={each === "all" ? pages.notifications : `${pages.notifications}?type=${each}`}
            replace
            className="inbox-filters__one"
            aria-current={each === filter ? "page" : undefined}
          >
            {t.inboxFilters[each]}
          </Link>
        ))}
      </nav>
      <NewItems count={waiting.size} textOf={t.inbox.new} failed={t.inbox.newFailed} show={show} />
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
          <Empty icon={<Bell size={32} aria-hidden />} title={{ all: t.inbox.none, unread: t.inbox.noneUnread }[filter as string] ?? t.inbox.noneOfFilter}>
            {filter === "all" && <p>{t.inbox.noneHint}</p>}
          </Empty>
        )}
      </div>
      <More hasMore={hasMore} loading={isLoadingMore} load={loadMore} />
    </>
  );
}

/** Who did it, and what. Of a group, the faces of the latest stand in a row of their own. */
function Faces({ item: { type, actor }, faces }: { item: Notification; faces: readonly Author[] }) {
  return (
    <span className="notification__face">
      {actor && faces.length < 2 ? (
        <Avatar of={actor} />
      ) : (
        <span className="notification__own" data-type={type}>
          {icons[type]}
        </span>
      )}
      {actor && faces.length < 2 && (
        <span className="notification__icon" data-type={type}>
          {icons[type]}
        </span>
      )}
    </span>
  );
}

function Item({ id }: { id: string }) {
  const item = useNotification(id);
  const [, navigate] = useLocation();
  const filter = useWordFilter();
  const [isAsking, setIsAsking] = useState(false);
  if (!item) return null;
  const { read, data } = item;
  const faces = facesOf(item);
  const [name, ...others] = faces.map(nameOf);
  const excerpt = excerptOf(item);
  const { postId } = data;
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
        <Faces item={item} faces={faces} />
        <span className="notification__text">
          {!read && <span className="visually-hidden">{t.inbox.unread}</span>}
          {faces.length > 1 && (
            <span className="notification__faces">
              {faces.map((face) => (
                <Avatar key={face.id} of={face} size="s" />
              ))}
            </span>
          )}
          <span className="notification__says">
            <Sentence text={textOf(item)} name={name} others={others} />
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
      <Menu
        label={t.inbox.options}
        className="icon-button notification__more"
        actions={[
          read
            ? { label: t.inbox.markUnread, icon: <MailOpen size={18} aria-hidden />, act: () => void unreadNotification(item) }
            : { label: t.inbox.markRead, icon: <Check size={18} aria-hidden />, act: () => void readNotification(item) },
          ...(postId ? [{ label: t.inbox.markPost, icon: <CheckCheck size={18} aria-hidden />, act: () => void readPostNotifications(postId) }] : []),
          { label: t.inbox.why, icon: <CircleHelp size={18} aria-hidden />, act: () => setIsAsking(true) },
        ]}
      >
        <MoreHorizontal size={20} aria-hidden />
      </Menu>
      {isAsking && <Why id={id} onClose={() => setIsAsking(false)} />}
    </li>
  );
}
