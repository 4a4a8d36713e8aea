import { pages } from "@newfeed/shared/contracts/pages.ts";
import { Feather } from "lucide-react";
import { Link, useSearch as useQueryString } from "wouter";
import { Categories } from "../components/category.tsx";
import { Feed, NewItems } from "../components/feed.tsx";
import { later } from "../components/later.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { PostSkeletons } from "../components/skeletons.tsx";
import { Empty } from "../components/states.tsx";
import { Trends } from "../components/trends.tsx";
import { useCategories } from "../data/categories.ts";
import { useMe } from "../data/session.ts";
import { useTrends } from "../data/trends.ts";
import { useNewPosts } from "../live/new-posts.ts";
import { t } from "../texts/texts.ts";

const PopularPosts = later(async () => (await import("./small.ts")).PopularPosts, { waiting: <PostSkeletons /> });

const orders = ["newest", "day", "week"] as const;

/** Public posts, the newest or, as the address says, the most popular ones. */
export function ExplorePage() {
  const wanted = new URLSearchParams(useQueryString()).get("popular");
  const { isPending } = useCategories();
  const { isAwaited } = useTrends();
  const order = orders.find((each) => each === wanted) ?? "newest";
  return (
    <>
      <PageHeading title={t.shell.explore} />
      <nav className="feed-choice" aria-label={t.feed.order}>
        {orders.map((each) => (
          <Link
            key={each}
            href={each === "newest" ? pages.explore : `${pages.explore}?popular=${each}`}
            replace
            className={each === order ? "button" : "button button--quiet"}
            aria-current={each === order ? "page" : undefined}
          >
            {{ newest: t.feed.newest, day: t.feed.popularDay, week: t.feed.popularWeek }[each]}
          </Link>
        ))}
      </nav>
      <Categories />
      <div className="beside">
        <Trends most={3} />
      </div>
      {/* Posts that were there before categories and trends would be moved by them. */}
      {isPending || isAwaited ? <PostSkeletons /> : order === "newest" ? <PublicFeed /> : <PopularPosts key={order} window={order} />}
    </>
  );
}

/** All public posts, newest first. */
export function PublicFeed() {
  const me = useMe();
  const { count, show } = useNewPosts("public", me?.id);
  return (
    <>
      <NewItems count={count} textOf={t.feed.newPosts} failed={t.feed.newPostsFailed} show={show} />
      <Feed
        name="public"
        empty={
          <Empty icon={<Feather size={32} aria-hidden />} title={t.feed.noPosts}>
            <p>{t.feed.writeFirst}</p>
          </Empty>
        }
      />
    </>
  );
}

/** The introduction for visitors. */
export function Welcome() {
  return (
    <section className="welcome">
      <PageHeading title="NewFeed" hidden />
      <h2 className="welcome__title">{t.welcome.title}</h2>
      <p>{t.welcome.text}</p>
      <div className="welcome__actions">
        <Link href={pages.signup} className="button">
          {t.welcome.createAccount}
        </Link>
        <Link href={pages.login} className="button button--quiet">
          {t.shell.signIn}
        </Link>
      </div>
    </section>
  );
}
