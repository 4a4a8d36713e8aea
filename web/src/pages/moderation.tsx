import { ShieldCheck } from "lucide-react";
import { useCallback, useState } from "react";
import { CaseCard } from "../components/case-card.tsx";
import { Choice } from "../components/choice.tsx";
import { ModerationRules } from "../components/moderation-rules.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { RequireSession } from "../components/require-session.tsx";
import { PostSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed, More } from "../components/states.tsx";
import { type CaseState, useCases } from "../data/moderation.ts";
import { mayModerate, useMe } from "../data/session.ts";
import { t } from "../texts/account.ts";
import "./moderation.css";

/** For moderators: what was reported or flagged, and what becomes of it. */
export const ModerationPage = () => (
  <RequireSession>
    <PageHeading title={t.moderation.title} />
    <Moderation />
  </RequireSession>
);

function Moderation() {
  const me = useMe();
  const [state, setState] = useState<CaseState | "rules">("open");
  if (!mayModerate(me)) return <Empty icon={<ShieldCheck size={32} aria-hidden />} title={t.moderation.notForYou} />;
  const states = (Object.keys(t.caseStates) as (keyof typeof t.caseStates)[]).map((value) => ({ value, label: t.caseStates[value] }));
  const choices: { value: CaseState | "rules"; label: string }[] = [...states, { value: "rules", label: t.rules.title }];
  return (
    <>
      <Choice label={t.moderation.which} value={state} options={choices} choose={setState} />
      {state === "rules" ? <ModerationRules /> : <Cases key={state} state={state} />}
    </>
  );
}

function Cases({ state }: { state: CaseState }) {
  const { data, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useCases(state);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <PostSkeletons />;
  if (data.length === 0) return <Empty icon={<ShieldCheck size={32} aria-hidden />} title={t.moderation.none} />;
  return (
    <>
      <ul className="cases">
        {data.map((one) => (
          <li key={one.id}>
            <CaseCard of={one} />
          </li>
        ))}
      </ul>
      <More hasMore={hasNextPage} loading={isFetchingNextPage} failed={isFetchNextPageError} load={load} />
    </>
  );
}
