import type { MutedPost } from "@newfeed/client";
import { useState } from "react";
import { Link } from "wouter";
import { unmuteConversation, useMutedPosts } from "../../data/muted-posts.ts";
import { textsOf } from "../../data/posts.ts";
import { t } from "../../texts/account.ts";
import { nameOf } from "../name.tsx";
import { RowSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { useDates } from "../time.tsx";
import { Row, RowButton } from "./rows.tsx";

/** Of which posts nothing notifies the user, and until when; here that is lifted. */
export function MutedConversations() {
  const { data: posts, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useMutedPosts();
  return (
    <section className="card settings__part" aria-labelledby="muted-conversations">
      <h2 id="muted-conversations">{t.mutedConversations.title}</h2>
      <p>{t.mutedConversations.text}</p>
      {error && !posts ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <RowSkeletons count={1} label={t.mutedConversations.loading} />
      ) : posts?.length ? (
        <ul className="devices">
          {posts.map((post) => (
            <MutedConversation key={post.id} post={post} />
          ))}
        </ul>
      ) : (
        <p>{t.mutedConversations.none}</p>
      )}
      {hasNextPage && (
        <button type="button" className="button button--quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? t.common.loading : t.common.showMore}
        </button>
      )}
    </section>
  );
}

function MutedConversation({ post }: { post: MutedPost }) {
  const { dayAndTime } = useDates();
  const [busy, setBusy] = useState(false);
  const name = nameOf(post.author);
  async function unmute() {
    setBusy(true);
    await unmuteConversation(post.id);
    setBusy(false);
  }
  return (
    <Row
      name={
        <Link href={`/posts/${post.id}`} className="settings__post" dir="auto">
          {post.contentWarning ?? (textsOf(post) || t.mutedConversations.post(name))}
        </Link>
      }
      about={
        <>
          <bdi>{name}</bdi>
          {post.mutedUntil && ` · ${t.muted.until(dayAndTime(post.mutedUntil))}`}
        </>
      }
    >
      <RowButton label={t.mutedConversations.unmute(name)} disabled={busy} onClick={() => void unmute()}>
        {t.muted.unmute}
      </RowButton>
    </Row>
  );
}
