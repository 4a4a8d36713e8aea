import { Flame } from "lucide-react";
import { PostCard } from "../components/post-card.tsx";
import { PostSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed } from "../components/states.tsx";
import { type PopularWindow, usePopularPosts } from "../data/popular.ts";
import "../styles/feed.css";
import { t } from "../texts/texts.ts";

/** The ten posts at most that are most popular in that time. */
export function PopularPosts({ window }: { window: PopularWindow }) {
  const { data: ids, error, refetch, isFetching } = usePopularPosts(window);
  if (error && !ids) return <Failed error={error} retry={() => void refetch()} />;
  if (!ids) return <PostSkeletons />;
  if (ids.length === 0)
    return (
      <Empty icon={<Flame size={32} aria-hidden />} title={t.feed.nonePopular}>
        <p>{t.feed.nonePopularHint}</p>
      </Empty>
    );
  return (
    <div className="feed" role="feed" aria-busy={isFetching}>
      {ids.map((id, index) => (
        <PostCard key={id} id={id} position={index + 1} />
      ))}
    </div>
  );
}
