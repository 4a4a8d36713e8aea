import { pages } from "@newfeed/shared/contracts/pages.ts";
import { ArrowLeft, SearchX } from "lucide-react";
import { useEffect } from "react";
import { Link, useLocation } from "wouter";
import { Comments } from "../components/comments.tsx";
import { nameOf } from "../components/name.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { PostCard } from "../components/post-card.tsx";
import { Say } from "../components/say.tsx";
import { PostSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed } from "../components/states.tsx";
import { readPostNotifications } from "../data/notifications.ts";
import { useFetchedPost } from "../data/posts.ts";
import { useMe } from "../data/session.ts";
import { canGoBack } from "../scroll-memory.ts";
import { useWantedField } from "../shortcuts.ts";
import "../styles/feed.css";
import { t } from "../texts/texts.ts";

export { CommentPage } from "./comment.tsx";

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
          <Comments post={post} />
          <div className="thread__say">
            <Say place={{ postId: id, parentCommentId: null }} label={t.writeComment.label} author={nameOf(post.author)} />
          </div>
        </>
      )}
    </div>
  );
}
