import { PageHeading } from "../components/page-heading.tsx";
import { RequireSession } from "../components/require-session.tsx";
import { ScheduledPosts } from "../components/scheduled-posts.tsx";
import { t } from "../texts/account.ts";
import "../styles/feed.css";

/** What the user has written, and nobody else sees yet. */
export const UnpublishedPage = () => (
  <RequireSession>
    <PageHeading title={t.unpublished.title} />
    <section aria-label={t.unpublished.scheduled}>
      <ScheduledPosts />
    </section>
  </RequireSession>
);
