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

/** All public posts, newest first. */
export function PublicFeed() {
  const me = useMe();
  const { count, show } = useNewPosts("public", me?.id);
  return (
    <>
      <NewItems count={count} of={["new post", "new posts"]} show={show} />
      <Feed
        name="public"
        empty={
          <Empty icon={<Feather size={32} aria-hidden />} title="No posts yet">
            <p>Write the first one.</p>
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
      <h2 className="welcome__title">See it the moment it happens.</h2>
      <p>Posts, comments and likes from the people you follow, live on every screen. When you come back, you catch up on everything.</p>
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
