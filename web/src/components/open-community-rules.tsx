import { useCommunityRules } from "../data/reports.ts";
import { t } from "../texts/account.ts";
import "./community-rules.css";

export function OpenCommunityRules() {
  const { data } = useCommunityRules();
  return (
    data && (
      <details className="community-rules">
        <summary>{t.communityRules.title}</summary>
        <div className="community-rules__text" dir="auto">
          {data}
        </div>
      </details>
    )
  );
}
