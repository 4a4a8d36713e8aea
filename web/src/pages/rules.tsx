import { ScrollText } from "lucide-react";
import { PageHeading } from "../components/page-heading.tsx";
import { PostSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed } from "../components/states.tsx";
import { useCommunityRules } from "../data/reports.ts";
import { t } from "../texts/account.ts";
import "../components/community-rules.css";

/** The rules of the community. */
export function RulesPage() {
  const { data, error, refetch } = useCommunityRules();
  return (
    <>
      <PageHeading title={t.communityRules.title} />
      {error && data === undefined ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <PostSkeletons count={1} />
      ) : data === null ? (
        <Empty icon={<ScrollText size={32} aria-hidden />} title={t.communityRules.none} />
      ) : (
        <div className="card community-rules community-rules__text" dir="auto">
          {data}
        </div>
      )}
    </>
  );
}
