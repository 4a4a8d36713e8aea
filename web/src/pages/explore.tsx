import { pages } from "@newfeed/shared/contracts/pages.ts";
import { Feather } from "lucide-react";
import { Link } from "wouter";
import { Feed, NewItems } from "../components/feed.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { Empty } from "../components/states.tsx";
import { useMe } from "../data/session.ts";
import { useNewPosts } from "../live/new-posts.ts";

export function ExplorePage() {
  return (
    <>
      <PageHeading title="Explore" />
      <PublicFeed />
    </>
  );
}

/** What everybody may see, the newest first. */
export function PublicFeed() {
  const me = useMe();
  const { count, show } = useNewPosts("public", me?.id);
  return (
    <>
      <NewItems count={count} of={["new post", "new posts"]} show={show} />
      <Feed
        name="public"
        empty={
          <Empty icon={<Feather size={32} aria-hidden />} title="Nothing here yet">
            <p>The first post could be yours.</p>
          </Empty>
        }
      />
    </>
  );
}

/** For whoever comes for the first time. */
export function Welcome() {
  return (
    <section className="welcome">
      <PageHeading title="NewFeed" hidden />
      <h2 className="welcome__title">See it the moment it is said.</h2>
      <p>Posts, comments and likes of the people you follow, live on every screen. Who was away misses nothing.</p>
      <div className="welcome__actions">
        <Link href={pages.signup} className="button">
          Create an account
        </Link>
        <Link href={pages.login} className="button button--quiet">
          Sign in
        </Link>
      </div>
    </section>
  );
}
