import { MessageCircle } from "lucide-react";
import { useCallback } from "react";
import { Link } from "wouter";
import { commentAddress } from "../data/addresses.ts";
import { useComment } from "../data/comments.ts";
import { keys } from "../data/keys.ts";
import { lifeOf } from "../data/lists.ts";
import { usePost } from "../data/posts.ts";
import { useMe } from "../data/session.ts";
import { type Listed, useUserComments } from "../data/user-comments.ts";
import { t } from "../texts/account.ts";
import { CommentBody } from "./comment-body.tsx";
import { Quoted } from "./later-quoted.tsx";
import { Parts } from "./parts.tsx";
import { PostSkeletons } from "./skeletons.tsx";
import { Empty, Failed, More } from "./states.tsx";
import "../styles/feed.css";
import "./replies.css";

interface Placed extends Listed {
  key: string;
  position: number;
}
const isSame = (one: Placed, other: Placed) => one.position === other.position && one.post.id === other.post.id;
const card = ({ key, ...reply }: Placed) => <Reply key={key} {...reply} />;

/** What a user has said under posts, each with its post. */
export function Replies({ of: { id, username } }: { of: { id: string; username: string } }) {
  const { data: listed, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useUserComments(id);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (error && !listed) return <Failed error={error} retry={() => void refetch()} />;
  if (!listed) return <PostSkeletons />;
  if (listed.length === 0 && !hasNextPage)
    return (
      <Empty icon={<MessageCircle size={32} aria-hidden />} title={t.lists.noReplies}>
        <p>{t.lists.noRepliesHint(username)}</p>
      </Empty>
    );
  const items = listed.map((one, index): Placed => ({ ...one, key: one.id, position: index + 1 }));
  return (
    <>
      <div className="feed" role="feed" aria-busy={isFetchingNextPage}>
        <Parts list={lifeOf(keys.userComments(id))} items={items} isEqual={isSame} most={10} className="feed__part" render={card} />
      </div>
      <More hasMore={hasNextPage} loading={isFetchingNextPage} failed={isFetchNextPageError} load={load} />
    </>
  );
}

function Reply({ id, post, position }: Omit<Placed, "key">) {
  const me = useMe();
  const comment = useComment(id);
  // Its comments go with it.
  const isPostGone = usePost(post.id) === null;
  const { author } = comment ?? {};
  // In the feed pattern, articles have the focus, and say where they are in a list of unknown length.
  const inFeed = { tabIndex: 0, "aria-posinset": position, "aria-setsize": -1 };
  return (
    <article className="card reply" aria-label={author ? t.comments.replyLabel(author.fullName) : t.comments.deletedReplyLabel} {...inFeed}>
      <Quoted id={post.id} post={post} />
      {comment && !isPostGone && (
        <CommentBody comment={comment} pending={false} postAuthorId={post.author.id} me={me}>
          {!comment.deleted && (
            <Link href={commentAddress(post.id, id)} className="act act--small" data-key="Enter">
              {t.lists.conversation}
            </Link>
          )}
        </CommentBody>
      )}
    </article>
  );
}
