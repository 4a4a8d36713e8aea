import type { CommentPlace } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { Link, useLocation } from "wouter";
import { useCommentOrder } from "../data/comment-order.ts";
import { useComments } from "../data/comments.ts";
import { useMe } from "../data/session.ts";
import { t } from "../texts/texts.ts";
import { CommentForm } from "./comment-form.tsx";
import { Message } from "./message.tsx";

/** The form of a page for a comment or a reply (`label`), or why there is none. `author`: the name of the post's. */
export function Say({ place, label, author }: { place: CommentPlace; label: string; author: string }) {
  const me = useMe();
  const [path] = useLocation();
  const { mayComment } = useComments(place, useCommentOrder());
  if (!mayComment) return <p className="thread__visitor">{t.comments.restricted(author)}</p>;
  if (me)
    return (
      <CommentForm me={me} postId={place.postId} {...(place.parentCommentId !== null && { parentCommentId: place.parentCommentId })} label={label} isMain />
    );
  return (
    <p className="thread__visitor">
      <Message text={t.comments.signIn}>
        {(inside) => (
          <Link href={`${pages.login}?next=${encodeURIComponent(path)}`} className="link">
            {inside}
          </Link>
        )}
      </Message>
    </p>
  );
}
