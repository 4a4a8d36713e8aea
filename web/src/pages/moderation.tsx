import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { useSearch as useQueryString } from "wouter";
import { CaseList } from "../components/case-list.tsx";
import { Choice } from "../components/choice.tsx";
import { ModerationAudit } from "../components/moderation-audit.tsx";
import { ModerationFigures } from "../components/moderation-figures.tsx";
import { ModerationRules } from "../components/moderation-rules.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { RequireSession } from "../components/require-session.tsx";
import { Empty } from "../components/states.tsx";
import { type CaseState, useFigures } from "../data/moderation.ts";
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

type Shown = CaseState | "rules" | "audit" | "figures";

function Moderation() {
  const me = useMe();
  const picture = new URLSearchParams(useQueryString()).get("picture");
  return mayModerate(me) ? <Views key={picture} picture={picture} /> : <Empty icon={<ShieldCheck size={32} aria-hidden />} title={t.moderation.notForYou} />;
}

/** `picture`: an upload that a rule is to be made for. */
function Views({ picture }: { picture: string | null }) {
  const [shown, setShown] = useState<Shown>(picture ? "rules" : "open");
  const waiting: Partial<Record<CaseState, number>> = useFigures().data?.waiting ?? {};
  const states = (Object.keys(t.caseStates) as (keyof typeof t.caseStates)[]).map((value) => {
    const count = waiting[value] ?? 0;
    return { value, label: count > 0 ? t.figures.labelled(t.caseStates[value], t.figures.upTo(count)) : t.caseStates[value] };
  });
  const choices: { value: Shown; label: string }[] = [
    ...states,
    { value: "rules", label: t.rules.title },
    { value: "audit", label: t.audit.title },
    { value: "figures", label: t.figures.title },
  ];
  return (
    <>
      <Choice label={t.moderation.which} value={shown} options={choices} choose={setShown} />
      {shown === "rules" && <ModerationRules picture={picture} />}
      {shown === "audit" && <ModerationAudit />}
      {shown === "figures" && <ModerationFigures />}
      {shown !== "rules" && shown !== "audit" && shown !== "figures" && <CaseList key={shown} state={shown} />}
    </>
  );
}
