import type { Account, Post } from "@newfeed/client";
import { useEffect, useState } from "react";
import { useLocationProperty } from "wouter/use-browser-location";
import { commentAddress, commentElementId, commentOf } from "../data/addresses.ts";
import { useCommentOrder } from "../data/comment-order.ts";
import { useComment, useComments, useFetchedComment } from "../data/comments.ts";
import { t } from "../texts/texts.ts";
import { CommentBody } from "./comment-body.tsx";
import { CommentItem } from "./comment-item.tsx";

/** The comment that the page's address leads to. */
const useLinkedId = (): string | undefined => commentOf(useLocationProperty(() => location.hash));

/** Shows the comment that the address leads to, highlighted: in its place in the conversation, or above it where it is not loaded there. */
export function LinkedComment({ post, me }: { post: Post; me: Account | null }) {
  const id = useLinkedId();
  return id ? <Linked key={id} id={id} post={post} me={me} /> : null;
}

function Linked({ id, post, me }: { id: string; post: Post; me: Account | null }) {
  const { ids, mayComment } = useComments(post.id, useCommentOrder());
  const isLoaded = ids !== undefined;
  const [isApart, setApart] = useState(false);
  const state = useFetchedComment(post.id, id, isApart);
  useEffect(() => {
    if (!isLoaded) return;
    const element = document.getElementById(commentElementId(id));
    if (!element) return setApart(true);
    element.scrollIntoView({ block: "center" });
    element.setAttribute("data-linked", "");
    return () => element.removeAttribute("data-linked");
  }, [isLoaded, id]);
  useEffect(() => {
    if (state) document.querySelector(".linked-comment [data-linked]")?.scrollIntoView({ block: "center" });
  }, [state]);
  if (!isApart || !state) return null;
  return (
    <section className="comments__item linked-comment" aria-label={t.comments.linked}>
      {state.isGone ? (
        <p className="thread__visitor">{t.comments.linkedGone}</p>
      ) : (
        <>
          {state.hasEarlier && state.ancestors[0] && (
            <p>
              <a href={commentAddress(post.id, state.ancestors[0])}>{t.comments.earlierInThread}</a>
            </p>
          )}
          {state.ancestors.length > 0 && (
            <ol className="linked-comment__above" aria-label={t.comments.above}>
              {state.ancestors.map((each) => (
                <li key={each}>
                  <Ancestor id={each} postAuthorId={post.author.id} me={me} />
                </li>
              ))}
            </ol>
          )}
          <div data-linked>
            <CommentItem id={id} postId={post.id} postAuthorId={post.author.id} me={me} mayComment={mayComment} />
          </div>
        </>
      )}
    </section>
  );
}

function Ancestor({ id, postAuthorId, me }: { id: string; postAuthorId: string; me: Account | null }) {
  const comment = useComment(id);
  return comment ? <CommentBody comment={comment} pending={false} postAuthorId={postAuthorId} me={me} /> : null;
}
