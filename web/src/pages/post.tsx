import { pages } from "@newfeed/shared/contracts/pages.ts";
import { ArrowLeft, SearchX } from "lucide-react";
import { useEffect } from "react";
import { Link, useLocation } from "wouter";
import { CommentForm } from "../components/comment-form.tsx";
import { Comments } from "../components/comments.tsx";
import { LinkedComment } from "../components/linked-comment.tsx";
import { nameOf } from "../components/name.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { PostCard } from "../components/post-card.tsx";
import { PostSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed } from "../components/states.tsx";
import { useCommentOrder } from "../data/comment-order.ts";
import { useComments } from "../data/comments.ts";
import { readPostNotifications } from "../data/notifications.ts";
import { useFetchedPost } from "../data/posts.ts";
import { useMe } from "../data/session.ts";
import { canGoBack } from "../scroll-memory.ts";
import { useWantedField } from "../shortcuts.ts";
import "../styles/feed.css";
import { Message } from "../components/message.tsx";
import { t } from "../texts/texts.ts";

export function PostPage({ id = "" }: { id?: string }) {
  const { post, error, refetch } = useFetchedPost(id);
  const [, navigate] = useLocation();
  const me = useMe();
  useWantedField("r", Boolean(post) && me !== null);
  const isRead = Boolean(post) && me !== null;
  useEffect(() => {
    if (isRead) void readPostNotifications(id);
  }, [isRead, id]);
  return (
    <div className="thread">
      <PageHeading title={t.post.title} more={post ? t.post.by(nameOf(post.author)) : ""} name={post ? nameOf(post.author) : ""}>
        <button
          type="button"
          className="icon-button page-head__back"
          aria-label={t.post.back}
          onClick={() => (canGoBack() ? history.back() : navigate(pages.home))}
        >
          <ArrowLeft size={21} aria-hidden />
        </button>
      </PageHeading>
      {error && !post && <Failed error={error} retry={() => void refetch()} />}
      {post === undefined && !error && <PostSkeletons count={1} />}
      {post === null && (
        <Empty icon={<SearchX size={32} aria-hidden />} title={t.post.notFound}>
          <p>{t.post.notFoundHint}</p>
          <Link href={pages.home} className="button button--quiet">
            {t.feed.backToFeed}
          </Link>
        </Empty>
      )}
      {post && (
        <>
          <div className="feed">
            <PostCard id={id} alone />
          </div>
          <LinkedComment post={post} me={me} />
          <Comments post={post} />
          <div className="thread__say">
            <Say postId={id} author={nameOf(post.author)} />
          </div>
        </>
      )}
    </div>
  );
}

/** The form for a comment, or why there is none. */
function Say({ postId, author }: { postId: string; author: string }) {
  const me = useMe();
  const { mayComment } = useComments(postId, useCommentOrder());
  if (!mayComment) return <p className="thread__visitor">{t.comments.restricted(author)}</p>;
  if (me) return <CommentForm me={me} postId={postId} label={t.writeComment.label} />;
  return (
    <p className="thread__visitor">
      <Message text={t.comments.signIn}>
        {(inside) => (
          <Link href={`${pages.login}?next=${encodeURIComponent(`/posts/${postId}`)}`} className="link">
            {inside}
          </Link>
        )}
      </Message>
    </p>
  );
}
