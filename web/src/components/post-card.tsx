import type { Author, Post } from "@newfeed/client";
import {
  BellOff,
  Bookmark,
  Flag,
  Heart,
  History as HistoryIcon,
  Link2,
  MapPin,
  MessageCircle,
  MessageSquareQuote,
  MoreHorizontal,
  Pencil,
  Pin,
  Repeat2,
  Trash2,
  Users,
} from "lucide-react";
import { type MouseEvent, useLayoutEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { useIntent, useSignInFor } from "../data/intent.ts";
import { setMuted } from "../data/people.ts";
import { usePinnedLater } from "../data/pinned-later.ts";
import { deletePost, setBookmarked, setConversationMuted, setLiked, setReposted, textsOf, usePost } from "../data/posts.ts";
import { useMe, useSession } from "../data/session.ts";
import { useLivePost } from "../live/post.ts";
import { useWhileVisible } from "../live/while-visible.ts";
import { CategoryLink } from "./category.tsx";
import { Confirm } from "./dialogs.tsx";
import type { EditPostProps } from "./edit-post.tsx";
import { Filtered } from "./filtered.tsx";
import { FoldedText } from "./folded-text.tsx";
import { Held } from "./held.tsx";
import { History } from "./history.tsx";
import { later } from "./later.tsx";
import { Quoted } from "./later-quoted.tsx";
import type { LinkCardProps } from "./link-card.tsx";
import { Menu } from "./menu.tsx";
import { nameOf } from "./name.tsx";
import type { MenuAction } from "./open-menu.tsx";
import { Pictures } from "./picture.tsx";
import type { PostPollProps } from "./poll.tsx";
import { PostAuthor } from "./post-author.tsx";
import type { PostPeopleProps } from "./post-people.tsx";
import type { QuotePostProps } from "./quote-post.tsx";
import { Report } from "./report.tsx";
import { OuterLink, RichText, safeUrl } from "./rich-text.tsx";
import { FloatingFailed } from "./states.tsx";
import { Edited, Time } from "./time.tsx";
import { say } from "./toasts.tsx";
import { Warned } from "./warned.tsx";
import "./post-card.css";
import { t } from "../texts/texts.ts";

const pin = async (post: Post, pinned: boolean) => (await import("../data/pinned.ts")).setPinned(post, pinned);

/** Loaded when the first post is edited. */
const EditPost = later<EditPostProps>(async () => (await import("./edit-post.tsx")).EditPost, {
  failed: ({ onClose }, retry) => <FloatingFailed retry={retry} close={onClose} />,
});

/** Loaded when the first post is quoted. */
const QuotePost = later<QuotePostProps>(async () => (await import("./quote-post.tsx")).QuotePost, {
  failed: ({ onClose }, retry) => <FloatingFailed retry={retry} close={onClose} />,
});
/** Loaded with the first post that quotes another. */
/** Loaded with the first post that has the card of a link. */
const LinkCard = later<LinkCardProps>(async () => (await import("./link-card.tsx")).LinkCard, { waiting: <div className="link-card" /> });
/** Loaded with the first post that has a poll. */
const PostPoll = later<PostPollProps>(async () => (await import("./poll.tsx")).PostPoll, {
  waiting: ({ post }) => <div style={{ height: post.poll.options.length * 52 + 44 }} />,
});
const PostPeople = later<PostPeopleProps>(async () => (await import("./post-people.tsx")).PostPeople, {
  failed: ({ onClose }, retry) => <FloatingFailed retry={retry} close={onClose} />,
});

interface Props {
  id: string;
  /** The post while it is on its way. */
  draft?: Post;
  /** On its own page: the text is larger, and the card is no link. */
  alone?: boolean;
  /** In a feed: its place, from 1. */
  position?: number;
  /** In a home feed: who has brought it there. */
  by?: Author;
  /** In a home feed: it is not reposted any more, and was there by that. */
  gone?: boolean;
}

/** A post as it is now. While it is on the screen it follows its stream. */
export function PostCard({ id, draft, alone = false, position, by, gone = false }: Props) {
  const known = usePost(id);
  const post = draft ?? known;
  const { status } = useSession();
  const card = useRef<HTMLElement>(null);
  const height = useRef(0);
  const visible = useWhileVisible(card, alone);
  // On its own page it is followed together with its comments.
  useLivePost(id, visible && !alone && !draft && !gone && status !== "unknown" && post !== null);
  useLayoutEffect(() => {
    const element = card.current;
    if (!element) return;
    // A post that is deleted while it is shown leaves a space of its size.
    if (post === null || gone) element.style.minHeight = `${height.current}px`;
    else height.current = element.offsetHeight;
  });
  if (post === undefined) return null;
  // In the feed pattern, articles have the focus, and say where they are in a list of unknown length.
  const inFeed = position === undefined ? {} : { tabIndex: 0, "aria-posinset": position, "aria-setsize": -1 };
  if (post === null || gone)
    return (
      <article ref={card} className="card post-card post-card--gone" {...inFeed} aria-label={t.post.goneLabel}>
        <p>{post === null ? t.post.gone : t.post.repostGone}</p>
      </article>
    );
  return (
    <article
      ref={card}
      className="card post-card"
      aria-label={t.post.label(post.author.fullName)}
      data-pending={draft !== undefined || undefined}
      data-alone={alone || undefined}
      {...inFeed}
    >
      {by && (
        <Link href={`/@${by.username}`} className="post-card__reposted">
          <Repeat2 size={15} aria-hidden />
          <bdi>{t.post.repostedBy(nameOf(by))}</bdi>
        </Link>
      )}
      <Inside post={post} pending={draft !== undefined} alone={alone} />
    </article>
  );
}

interface PartProps {
  post: Post;
  pending: boolean;
  alone: boolean;
}

function Inside({ post, pending, alone }: PartProps) {
  const [, navigate] = useLocation();
  const { author } = post;
  const open = (event: MouseEvent) => {
    // What is in a dialog of the card is not on it.
    if (!event.currentTarget.contains(event.target as Element)) return;
    const isControl = (event.target as Element).closest("a, button, video, input, textarea, .poll, .held, [role=menu]");
    if (alone || isControl || pending || getSelection()?.toString()) return;
    navigate(`/posts/${post.id}`);
  };
  const shown = new Set(post.media.map(({ url }) => url));
  const links = post.mediaUrls.filter((url) => !shown.has(url) && url !== post.linkCard?.url).flatMap((url) => safeUrl(url) ?? []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a larger target for the pointer; the keyboard has the link of the time
    // biome-ignore lint/a11y/noStaticElementInteractions: as above
    <div className="post-card__inside" onClick={open}>
      <header className="post-card__head">
        <Link href={`/@${author.username}`} className="post-card__author">
          <PostAuthor author={author} />
        </Link>
        <span className="post-card__time">
          {post.visibility === "followers" && (
            <span title={t.post.followersOnly}>
              <Users size={15} aria-hidden />
              <span className="visually-hidden">{t.post.followersOnly}</span>
            </span>
          )}
          {pending ? (
            <span>{t.post.posting}</span>
          ) : (
            <Link href={`/posts/${post.id}`} data-key="Enter">
              <Time at={post.publishedAt ?? post.createdAt} />
              <Edited at={post.updatedAt} since={post.publishedAt ?? post.createdAt} />
            </Link>
          )}
        </span>
        {!pending && <Actions post={post} />}
      </header>
      {post.moderation && <Held moderation={post.moderation} kind="post" />}
      <Filtered authorId={author.id} text={textsOf(post)}>
        <Warned id={post.id} warning={post.contentWarning}>
          {post.title && (
            <h2 className="post-card__title" dir="auto">
              {post.title}
            </h2>
          )}
          {post.content && (
            <p className="post-card__text" dir="auto">
              {alone ? <RichText text={post.content} /> : <FoldedText id={post.id} text={post.content} summary={post.summary} />}
            </p>
          )}
          {post.poll && <PostPoll post={{ ...post, poll: post.poll }} pending={pending} />}
          <Pictures of={post.id} media={post.media} by={author.fullName} sensitive={post.sensitive} />
          {post.quotedPostId && <Quoted id={post.quotedPostId} post={post.quotedPost} />}
          {links.map((url) => (
            <OuterLink key={url.href} url={url} className="post-card__link">
              <Link2 size={18} aria-hidden />
              <span>
                <b>{url.host}</b>
                {url.pathname === "/" ? "" : url.pathname}
              </span>
            </OuterLink>
          ))}
          {post.linkCard && <LinkCard card={post.linkCard} />}
        </Warned>
      </Filtered>
      {post.location && (
        <p className="post-card__place" dir="auto">
          <MapPin size={15} aria-hidden />
          <span className="visually-hidden">{t.post.location}</span> {post.location}
        </p>
      )}
      {post.category && <CategoryLink slug={post.category} />}
      <Footer post={post} pending={pending} alone={alone} />
    </div>
  );
}

/** Counts in words; without one, what can be done. */
const likesOf = (count: number) => (count === 0 ? t.post.like : t.post.likes(count));
const commentsOf = (count: number, none = t.post.comment) => (count === 0 ? none : t.post.comments(count));

function Footer({ post, pending, alone }: PartProps) {
  const me = useMe();
  const { likedByMe: liked, likeCount, commentCount } = post;
  const signIn = useSignInFor(`like-post:${post.id}`, `/posts/${post.id}`);
  useIntent(`like-post:${post.id}`, me !== null, () => void setLiked(post, true));
  return (
    <footer className="post-card__foot">
      <button
        type="button"
        className="act act--like"
        data-key="l"
        aria-pressed={liked}
        aria-label={t.post.likeLabel(likeCount)}
        disabled={pending}
        onClick={() => (me ? void setLiked(post, !liked) : signIn())}
      >
        <Heart size={19} aria-hidden fill={liked ? "currentColor" : "none"} />
        <span className="act__count">{likesOf(likeCount)}</span>
      </button>
      {/* Before what is widest when there is nothing: the first comment moves no other. */}
      {post.visibility === "public" && !post.moderation && <Repost post={post} pending={pending} />}
      {alone ? (
        <span className="act">
          <MessageCircle size={19} aria-hidden />
          <span className="act__count">{commentsOf(commentCount, t.post.noComments)}</span>
        </span>
      ) : (
        <Link href={`/posts/${post.id}`} className="act" data-key="r" aria-label={t.post.commentsLabel(commentsOf(commentCount))}>
          <MessageCircle size={19} aria-hidden />
          <span className="act__count">{commentsOf(commentCount)}</span>
        </Link>
      )}
      {me && !pending && (
        <button
          type="button"
          className="act act--bookmark"
          data-key="b"
          aria-pressed={post.bookmarkedByMe}
          aria-label={t.post.bookmark}
          title={t.post.bookmark}
          onClick={() => void setBookmarked(post, !post.bookmarkedByMe)}
        >
          <Bookmark size={19} aria-hidden fill={post.bookmarkedByMe ? "currentColor" : "none"} />
        </button>
      )}
    </footer>
  );
}

function Repost({ post, pending }: { post: Post; pending: boolean }) {
  const me = useMe();
  const [quoting, setQuoting] = useState(false);
  const { repostedByMe: reposted, repostCount } = post;
  const signIn = useSignInFor(`repost-post:${post.id}`, `/posts/${post.id}`);
  useIntent(`repost-post:${post.id}`, me !== null, () => void setReposted(post, true));
  const inside = (
    <>
      <Repeat2 size={20} aria-hidden />
      <span className="act__count">{repostCount > 0 && repostCount}</span>
    </>
  );
  const label = t.post.repostLabel(repostCount, reposted);
  const className = "act act--repost";
  if (!me || pending)
    return (
      <button type="button" className={className} aria-label={label} disabled={pending} onClick={signIn}>
        {inside}
      </button>
    );
  const actions: MenuAction[] = [
    { label: reposted ? t.post.removeRepost : t.post.repost, icon: <Repeat2 size={18} aria-hidden />, act: () => void setReposted(post, !reposted) },
  ];
  if (post.quotable || post.author.id === me.id)
    actions.push({ label: t.post.quote, icon: <MessageSquareQuote size={18} aria-hidden />, act: () => setQuoting(true) });
  return (
    <>
      <Menu label={label} shortcut="t" className={reposted ? `${className} act--reposted` : className} actions={actions}>
        {inside}
      </Menu>
      {quoting && <QuotePost post={post} me={me} onClose={() => setQuoting(false)} onRefused={() => setQuoting(true)} />}
    </>
  );
}

function Actions({ post }: { post: Post }) {
  const me = useMe();
  const [, navigate] = useLocation();
  const [location] = useLocation();
  const [asking, setAsking] = useState<"delete" | "edit" | "history" | "people" | "report" | null>(null);
  const copy = () =>
    navigator.clipboard.writeText(new URL(`/posts/${post.id}`, document.baseURI).href).then(
      () => say(t.post.linkCopied),
      () => say(t.post.linkNotCopied),
    );
  const isMine = me?.id === post.author.id;
  const { data: pinnedId, refetch: fetchPinned } = usePinnedLater(post.author.id);
  const actions: MenuAction[] = [{ label: t.post.copyLink, icon: <Link2 size={18} aria-hidden />, act: () => void copy() }];
  if (post.likeCount + post.repostCount > 0) actions.push({ label: t.post.people, icon: <Users size={18} aria-hidden />, act: () => setAsking("people") });
  if (Date.parse(post.updatedAt) > Date.parse(post.publishedAt ?? post.createdAt))
    actions.push({ label: t.post.earlier, icon: <HistoryIcon size={18} aria-hidden />, act: () => setAsking("history") });
  if (me && me.id !== post.author.id)
    actions.push({ label: t.post.mute(post.author.username), icon: <BellOff size={18} aria-hidden />, act: () => void setMuted(post.author, "forever") });
  if (me)
    actions.push({
      label: post.mutedByMe ? t.post.unmuteConversation : t.post.muteConversation,
      icon: <BellOff size={18} aria-hidden />,
      act: () => void setConversationMuted(post.id, !post.mutedByMe).then((done) => done && !post.mutedByMe && say(t.post.conversationMuted)),
    });
  if (me && me.id !== post.author.id) actions.push({ label: t.post.report, icon: <Flag size={18} aria-hidden />, act: () => setAsking("report") });
  if (isMine) {
    const pinned = pinnedId === post.id;
    if (post.status === "published" && !post.moderation)
      actions.push({ label: pinned ? t.post.unpin : t.post.pin, icon: <Pin size={18} aria-hidden />, act: () => void pin(post, !pinned) });
    actions.push(
      { label: t.common.edit, icon: <Pencil size={18} aria-hidden />, act: () => setAsking("edit") },
      { label: t.common.delete, icon: <Trash2 size={18} aria-hidden />, danger: true, act: () => setAsking("delete") },
    );
  }
  const remove = () => {
    void deletePost(post);
    if (location.startsWith("/posts/")) navigate("/", { replace: true });
  };
  return (
    <>
      <Menu label={t.post.options} actions={actions} approach={isMine && pinnedId === undefined ? () => void fetchPinned() : undefined}>
        <MoreHorizontal size={20} aria-hidden />
      </Menu>
      {asking === "delete" && (
        <Confirm title={t.post.delete} text={t.post.deleteText} action={t.common.delete} onConfirm={remove} onClose={() => setAsking(null)} />
      )}
      {asking === "report" && (
        <Report target={{ type: "post", id: post.id }} label={t.post.label(post.author.fullName || post.author.username)} onClose={() => setAsking(null)} />
      )}
      {asking === "people" && <PostPeople postId={post.id} onClose={() => setAsking(null)} />}
      {asking === "history" && <History of={{ kind: "post", ...post }} warning={post.contentWarning} onClose={() => setAsking(null)} />}
      {asking === "edit" && <EditPost post={post} onClose={() => setAsking(null)} />}
    </>
  );
}
