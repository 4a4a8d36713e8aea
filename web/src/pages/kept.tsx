import { Bookmark, Heart } from "lucide-react";
import { type ReactNode, useCallback } from "react";
import { PageHeading } from "../components/page-heading.tsx";
import { PostList } from "../components/post-list.tsx";
import { RequireSession } from "../components/require-session.tsx";
import { PostSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed, More } from "../components/states.tsx";
import { useKeptPosts } from "../data/kept-posts.ts";
import { type KeptName, keys } from "../data/keys.ts";
import { lifeOf } from "../data/lists.ts";
import { t } from "../texts/texts.ts";

export const BookmarksPage = () => (
  <KeptPage by="bookmarks" title={t.shell.bookmarks} icon={<Bookmark size={32} aria-hidden />} none={t.kept.noBookmarks} hint={t.kept.noBookmarksHint} />
);

export const LikesPage = () => (
  <KeptPage by="likes" title={t.shell.likes} icon={<Heart size={32} aria-hidden />} none={t.kept.noLikes} hint={t.kept.noLikesHint} />
);

interface Props {
  by: KeptName;
  title: string;
  icon: ReactNode;
  /** What an empty list says, and how something comes into it. */
  none: string;
  hint: string;
}

const KeptPage = ({ title, ...list }: Props) => (
  <RequireSession>
    <PageHeading title={title} />
    <Kept {...list} />
  </RequireSession>
);

export function Kept({ by, icon, none, hint }: Omit<Props, "title">) {
  const { data: ids, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useKeptPosts(by);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (error && !ids) return <Failed error={error} retry={() => void refetch()} />;
  if (!ids) return <PostSkeletons />;
  if (ids.length === 0 && !hasNextPage)
    return (
      <Empty icon={icon} title={none}>
        <p>{hint}</p>
      </Empty>
    );
  return (
    <>
      <PostList list={lifeOf(keys.kept(by))} ids={ids} loading={isFetchingNextPage} />
      <More hasMore={hasNextPage} loading={isFetchingNextPage} failed={isFetchNextPageError} load={load} />
    </>
  );
}
