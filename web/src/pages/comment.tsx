import type { Account, Comment, Post } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { ArrowLeft, SearchX } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { CommentBody } from "../components/comment-body.tsx";
import { Comments } from "../components/comments.tsx";
import { nameOf } from "../components/name.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { PostCard } from "../components/post-card.tsx";
import { Say } from "../components/say.tsx";
import { PostSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed } from "../components/states.tsx";
import { commentAddress, placeInPost } from "../data/addresses.ts";
import { useComment, useFetchedComment } from "../data/comments.ts";
import { readPostNotifications } from "../data/notifications.ts";
import { useIsMuted } from "../data/people.ts";
import { useFetchedPost } from "../data/posts.ts";
import { useMe } from "../data/session.ts";
import { canGoBack } from "../scroll-memory.ts";
import { useWantedField } from "../shortcuts.ts";
import { t } from "../texts/texts.ts";
import "../styles/feed.css";

/** A comment below its post and what it answers, with the replies to it. */
export function CommentPage({ postId = "", commentId = "" }: { postId?: string; commentId?: string }) {
  const { post, error, refetch } = useFetchedPost(postId);
  const thread = useFetchedComment(postId, commentId);
  const comment = useComment(commentId);
  const [, navigate] = useLocation();
  const address = pages.post.replace(":id", postId);
  const failure = (post === undefined && error) || (thread.data === undefined && thread.error);
  const isGone = post === null || thread.data?.isGone === true || comment === null;
  const name = comment?.author ? nameOf(comment.author) : "";
  return (
    <div className="thread">
      <PageHeading title={t.comments.page} more={name ? t.comments.by(name) : ""} name={name}>
        <button
          type="button"
          className="icon-button page-head__back"
          aria-label={t.post.back}
          onClick={() => (canGoBack() ? history.back() : navigate(address))}
        >
          <ArrowLeft size={21} aria-hidden />
        </button>
      </PageHeading>
      {isGone ? (
        <Empty icon={<SearchX size={32} aria-hidden />} title={post === null ? t.post.notFound : t.comments.notFound}>
          <p>{post === null ? t.post.notFoundHint : t.comments.notFoundHint}</p>
          <Link href={post ? address : pages.home} className="button button--quiet">
            {post ? t.comments.showPost : t.feed.backToFeed}
          </Link>
        </Empty>
      ) : failure ? (
        <Failed
          error={failure}
          retry={() => {
            void refetch();
            void thread.refetch();
          }}
        />
      ) : post && comment && thread.data ? (
        <Thread post={post} comment={comment} above={thread.data.ancestors} hasEarlier={thread.data.hasEarlier} />
      ) : (
        <PostSkeletons count={1} />
      )}
    </div>
  );
}

interface ThreadProps {
  post: Post;
  comment: Comment;
  /** The ids of what it answers, and so on upwards, the nearest last. */
  above: readonly string[];
  hasEarlier: boolean;
}

function Thread({ post, comment, above, hasEarlier }: ThreadProps) {
  const me = useMe();
  const { id } = comment;
  const here = useRef<HTMLElement>(null);
  useWantedField("r", me !== null);
  const isRead = me !== null;
  useEffect(() => {
    if (isRead) void readPostNotifications(post.id);
  }, [isRead, post.id]);
  useEffect(() => {
    // Who comes back is where they were.
    if (scrollY === 0) here.current?.scrollIntoView({ block: "center" });
  }, []);
  const label = comment.author ? t.writeComment.replyTo(comment.author.fullName) : t.writeComment.replyToDeleted;
  return (
    <>
      <div className="feed">
        <PostCard id={post.id} />
      </div>
      <section className="comments__item thread__comment" aria-label={t.comments.page}>
        <p className="thread__all">
          <Link href={placeInPost(post.id, comment.rootCommentId ?? id)} className="link">
            {t.comments.all}
          </Link>
          {hasEarlier && above[0] && (
            <Link href={commentAddress(post.id, above[0])} className="link">
              {t.comments.earlierInThread}
            </Link>
          )}
        </p>
        {above.length > 0 && (
          <ol className="thread__above" aria-label={t.comments.above}>
            {above.map((each) => (
              <li key={each}>
                <Ancestor id={each} postAuthorId={post.author.id} me={me} />
              </li>
            ))}
          </ol>
        )}
        <article ref={here} className="comment" data-linked aria-label={labelOf(comment)}>
          <CommentBody comment={comment} pending={false} postAuthorId={post.author.id} me={me} />
        </article>
      </section>
      <Comments post={post} replies={{ to: id, count: comment.replyCount }} />
      <div className="thread__say">
        <Say place={{ postId: post.id, parentCommentId: id }} label={label} author={nameOf(post.author)} />
      </div>
    </>
  );
}

const labelOf = ({ author, parentCommentId }: Comment): string => {
  if (parentCommentId === null) return author ? t.comments.label(author.fullName) : t.comments.deletedLabel;
  return author ? t.comments.replyLabel(author.fullName) : t.comments.deletedReplyLabel;
};

function Ancestor({ id, postAuthorId, me }: { id: string; postAuthorId: string; me: Account | null }) {
  const comment = useComment(id);
  const isMuted = useIsMuted(comment?.author?.id);
  const [isUnfolded, setUnfolded] = useState(false);
  if (!comment) return null;
  return (
    <article className="comment" aria-label={labelOf(comment)}>
      <CommentBody
        comment={comment}
        pending={false}
        postAuthorId={postAuthorId}
        me={me}
        unfold={isMuted && !isUnfolded ? () => setUnfolded(true) : undefined}
      />
    </article>
  );
}
