import { Bookmark, Heart } from "lucide-react";
import { type ReactNode, useCallback } from "react";
import { PageHeading } from "../components/page-heading.tsx";
import { PostList } from "../components/post-list.tsx";
import { RequireSession } from "../components/require-session.tsx";
import { PostSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed, More } from "../components/states.tsx";
import { useKeptPosts } from "../data/kept-posts.ts";
import { keys } from "../data/keys.ts";
import { lifeOf } from "../data/lists.ts";
import { t } from "../texts/texts.ts";

export const BookmarksPage = () => (
  <RequireSession>
    <PageHeading title={t.shell.bookmarks} />
    <Kept
      by="bookmarks"
      empty={
        <Empty icon={<Bookmark size={32} aria-hidden />} title={t.kept.noBookmarks}>
          <p>{t.kept.noBookmarksHint}</p>
        </Empty>
      }
    />
  </RequireSession>
);

export const LikesPage = () => (
  <RequireSession>
    <PageHeading title={t.shell.likes} />
    <Kept
      by="likes"
      empty={
        <Empty icon={<Heart size={32} aria-hidden />} title={t.kept.noLikes}>
          <p>{t.kept.noLikesHint}</p>
        </Empty>
      }
    />
  </RequireSession>
);

function Kept({ by, empty }: { by: "bookmarks" | "likes"; empty: ReactNode }) {
  const { data: ids, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useKeptPosts(by);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (error && !ids) return <Failed error={error} retry={() => void refetch()} />;
  if (!ids) return <PostSkeletons />;
  if (ids.length === 0 && !hasNextPage) return empty;
  return (
    <>
      <PostList list={lifeOf(keys.kept(by))} ids={ids} loading={isFetchingNextPage} />
      <More hasMore={hasNextPage} loading={isFetchingNextPage} failed={isFetchNextPageError} load={load} />
    </>
  );
}
