import { KeptDrafts } from "../components/kept-drafts.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { RequireSession } from "../components/require-session.tsx";
import { ScheduledPosts } from "../components/scheduled-posts.tsx";
import { t } from "../texts/account.ts";
import "../styles/feed.css";

/** What the user has written, and nobody else sees yet. */
export const UnpublishedPage = () => (
  <RequireSession>
    <PageHeading title={t.unpublished.title} />
    <section className="unpublished-list" aria-labelledby="drafts">
      <h2 id="drafts">{t.unpublished.drafts}</h2>
      <KeptDrafts />
    </section>
    <section className="unpublished-list" aria-labelledby="scheduled">
      <h2 id="scheduled">{t.unpublished.scheduled}</h2>
      <ScheduledPosts />
    </section>
  </RequireSession>
);
