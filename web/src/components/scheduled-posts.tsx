import type { Post } from "@newfeed/client";
import { Clock, MapPin, Pencil, Send, Trash2, TriangleAlert, Users } from "lucide-react";
import { useState } from "react";
import { usePost } from "../data/posts.ts";
import { deleteScheduled, movePost, publishNow, useScheduledPosts } from "../data/scheduled.ts";
import { t } from "../texts/account.ts";
import { Confirm } from "./dialogs.tsx";
import { EditPost } from "./edit-post.tsx";
import { FoldedText } from "./folded-text.tsx";
import { Quoted } from "./later-quoted.tsx";
import { PickTime } from "./pick-time.tsx";
import { Pictures } from "./picture.tsx";
import { RowSkeletons } from "./skeletons.tsx";
import { Failed, More } from "./states.tsx";
import { useDates } from "./time.tsx";
import { say, showProblem } from "./toasts.tsx";
import "./unpublished.css";

/** The user's posts that will be published later, the next one first. */
export function ScheduledPosts() {
  const { data: ids, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useScheduledPosts();
  if (error && !ids) return <Failed error={error} retry={() => void refetch()} />;
  if (!ids) return <RowSkeletons label={t.states.loading} />;
  if (ids.length === 0) return <p className="unpublished__none">{t.unpublished.noScheduled}</p>;
  return (
    <>
      <div className="feed">
        {ids.map((id) => (
          <ScheduledPost key={id} id={id} />
        ))}
      </div>
      <More hasMore={hasNextPage} loading={isFetchingNextPage} failed={isFetchNextPageError} load={() => void fetchNextPage()} />
    </>
  );
}

function ScheduledPost({ id }: { id: string }) {
  const post = usePost(id);
  const dates = useDates();
  const [asking, setAsking] = useState<"delete" | "edit" | "time" | null>(null);
  const [busy, setBusy] = useState(false);
  if (!post?.publishAt) return null;
  const close = () => setAsking(null);
  async function publish() {
    setBusy(true);
    await publishNow(id).then(
      () => say(t.unpublished.published),
      (error) => showProblem(t.unpublished.notPublished, error),
    );
    setBusy(false);
  }
  return (
    <article className="card unpublished" aria-label={t.unpublished.willBePublished(dates.dayAndTime(post.publishAt))}>
      <p className="unpublished__when">
        <Clock size={17} aria-hidden />
        <time dateTime={post.publishAt}>{t.unpublished.willBePublished(dates.dayAndTime(post.publishAt))}</time>
        {post.visibility === "followers" && (
          <span title={t.post.followersOnly}>
            <Users size={15} aria-hidden />
            <span className="visually-hidden">{t.post.followersOnly}</span>
          </span>
        )}
      </p>
      <Said post={post} />
      <div className="unpublished__acts">
        <button type="button" className="button button--small" disabled={busy} onClick={() => void publish()}>
          <Send size={16} aria-hidden />
          {t.unpublished.publishNow}
        </button>
        <button type="button" className="button button--quiet button--small" onClick={() => setAsking("time")}>
          <Clock size={16} aria-hidden />
          {t.unpublished.changeTime}
        </button>
        <button type="button" className="button button--quiet button--small" onClick={() => setAsking("edit")}>
          <Pencil size={16} aria-hidden />
          {t.common.edit}
        </button>
        <button type="button" className="button button--quiet button--small" onClick={() => setAsking("delete")}>
          <Trash2 size={16} aria-hidden />
          {t.common.delete}
        </button>
      </div>
      {asking === "time" && <PickTime at={post.publishAt} choose={(at) => movePost(id, at)} onClose={close} />}
      {asking === "edit" && <EditPost post={post} onClose={close} />}
      {asking === "delete" && (
        <Confirm
          title={t.unpublished.deleteTitle}
          text={t.unpublished.deleteText}
          action={t.common.delete}
          onConfirm={() => void deleteScheduled(post)}
          onClose={close}
        />
      )}
    </article>
  );
}

/** What it will say. Its author needs no warning. */
const Said = ({ post }: { post: Post }) => (
  <div>
    {post.contentWarning && (
      <p className="unpublished__detail" dir="auto">
        <TriangleAlert size={15} aria-hidden />
        <span className="visually-hidden">{t.post.contentWarning}: </span> {post.contentWarning}
      </p>
    )}
    {post.title && <h2 dir="auto">{post.title}</h2>}
    {post.content && (
      <p className="post-card__text" dir="auto">
        <FoldedText id={post.id} text={post.content} />
      </p>
    )}
    <Pictures of={post.id} media={post.media} by={post.author.fullName} sensitive={post.sensitive} />
    {post.quotedPostId && <Quoted id={post.quotedPostId} post={post.quotedPost} />}
    {post.location && (
      <p className="post-card__place" dir="auto">
        <MapPin size={15} aria-hidden />
        <span className="visually-hidden">{t.post.location}</span> {post.location}
      </p>
    )}
  </div>
);
