import type { MutedPost } from "@newfeed/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { client, refetch as fetchAgain } from "../../data/client.ts";
import { keys } from "../../data/keys.ts";
import { nextPage } from "../../data/lists.ts";
import { setConversationMuted, textsOf } from "../../data/posts.ts";
import { t } from "../../texts/account.ts";
import { nameOf } from "../name.tsx";
import { RowSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { useDates } from "../time.tsx";
import { Row, RowButton } from "./rows.tsx";

const useMutedPosts = () =>
  useInfiniteQuery({
    queryKey: keys.mutedPosts,
    queryFn: ({ pageParam, signal }) => client.posts.muted(pageParam ? { cursor: pageParam } : {}, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: ({ pages }) => pages.flatMap(({ data }) => data),
    staleTime: 0,
  });

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
    if (await setConversationMuted(post.id, false)) await fetchAgain(keys.mutedPosts);
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
