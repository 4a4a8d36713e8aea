import { pages } from "@newfeed/shared/contracts/pages.ts";
import { Sparkles } from "lucide-react";
import { Link } from "wouter";
import { Feed, NewItems } from "../components/feed.tsx";
import { LaterComposer } from "../components/later-composer.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { PostSkeletons } from "../components/skeletons.tsx";
import { Empty } from "../components/states.tsx";
import { useKeptFeed } from "../data/last-feed.ts";
import { useSession } from "../data/session.ts";
import { useNewPosts } from "../live/new-posts.ts";
import { t } from "../texts/texts.ts";
import { PublicFeed, Welcome } from "./explore.tsx";

export function HomePage() {
  const { status, user: me } = useSession();
  const { count, show } = useNewPosts("home", me?.id);
  useKeptFeed(me);
  if (status === "unknown")
    return (
      <>
        <PageHeading title={t.shell.home} />
        <PostSkeletons />
      </>
    );
  if (!me)
    return (
      <>
        <Welcome />
        <PublicFeed />
      </>
    );
  return (
    <>
      <PageHeading title={t.shell.home} />
      <NewItems count={count} textOf={t.feed.newPosts} failed={t.feed.newPostsFailed} show={show} />
      <div className="feed feed--composer">
        <LaterComposer me={me} />
      </div>
      <Feed
        name="home"
        empty={
          <Empty icon={<Sparkles size={32} aria-hidden />} title={t.feed.empty}>
            <p>{t.feed.emptyHint}</p>
            <Link href={pages.explore} className="button">
              {t.feed.findPeople}
            </Link>
          </Empty>
        }
      />
    </>
  );
}
