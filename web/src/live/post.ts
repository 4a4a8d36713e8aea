import { NewFeedError, type PostEvent } from "@newfeed/client";
import { useEffect } from "react";
import { announce } from "../components/announce.ts";
import { client, refetch } from "../data/client.ts";
import { comments, waiting } from "../data/comments.ts";
import { keys } from "../data/keys.ts";
import { withVotes } from "../data/polls.ts";
import { mergePost, patchPost, refetchPost, removePost } from "../data/posts.ts";
import { t } from "../texts/texts.ts";

function apply(event: PostEvent, postId: string, meId: string | null): void {
  const isThread = location.pathname === `/posts/${postId}` || location.pathname.startsWith(`/posts/${postId}/comments/`);
  for (const { id, parentCommentId, author, content } of comments.apply(event)) {
    if (event.type !== "comment_created") waiting.drop(parentCommentId ?? postId, id);
    else if (author?.id !== meId) {
      // A card shows the number only.
      if (isThread) waiting.add(parentCommentId ?? postId, id);
      announce((parentCommentId ? t.announcements.replied : t.announcements.commented)(author?.fullName ?? t.announcements.someone, content));
    }
  }
  switch (event.type) {
    case "post_updated":
      mergePost(event.post);
      return;
    case "post_liked":
      patchPost(postId, () => ({ likeCount: event.likeCount }));
      return;
    case "post_reposted":
      patchPost(postId, () => ({ repostCount: event.repostCount }));
      return;
    case "poll_voted":
      patchPost(postId, withVotes(event.votes));
      return;
    case "pinned_changed":
      void refetch(keys.pinned(event.userId));
      return;
    case "post_deleted":
      removePost(postId);
      return;
    case "retract":
      for (const { type, id } of event.items) if (type === "post") removePost(id);
      return;
    case "reset":
      void refetchPost(postId);
      void refetch(["comment"]);
      void refetchComments(postId);
  }
}

/** The lists that are shown. */
const refetchComments = (postId: string) => Promise.all([refetch(keys.comments(postId)), refetch(["replies"])]);

/**
 * While `active`, shows a post and its comments as they are: from now on, or, with comments that have just been read, from
 * before they were. (`null`: that position could not be had, so they are read again once the stream is live.)
 */
export function useLivePost(postId: string, active: boolean, cursor?: string | null): void {
  useEffect(() => {
    if (!active) return;
    const meId = client.session.state.user?.id ?? null;
    const subscription = client.follow.post(postId, cursor ? { cursor } : {});
    subscription.subscribe((event) => apply(event, postId, meId));
    subscription.ready
      .then(async () => {
        if (cursor === null) await refetchComments(postId);
      })
      .catch((error: unknown) => {
        // It was closed between the fetch and the stream. Of any other end the page shows why.
        if (error instanceof NewFeedError && error.code === "not_found") void refetchPost(postId);
      });
    return () => subscription.close();
  }, [postId, active, cursor]);
}
