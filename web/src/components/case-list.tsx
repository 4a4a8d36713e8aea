import { ShieldCheck } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { type CaseState, decideCases, useCases } from "../data/moderation.ts";
import { describeProblem } from "../data/problems.ts";
import { useShortcutsOn } from "../shortcuts.ts";
import { t } from "../texts/account.ts";
import { CaseCard, isWaiting } from "./case-card.tsx";
import { RejectCase } from "./reject-case.tsx";
import { PostSkeletons } from "./skeletons.tsx";
import { Empty, Failed, More } from "./states.tsx";
import { say } from "./toasts.tsx";

/** In the case with the focus, to which `j` and `k` move, a letter presses what is marked with it. */
function useCaseKeys(): void {
  const on = useShortcutsOn();
  useEffect(() => {
    if (!on) return;
    const listener = ({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent) => {
      if (ctrlKey || metaKey || altKey || !/^[a-z]$/.test(key) || !(target instanceof Element)) return;
      const field = target.closest("input, textarea, select");
      // A checkbox takes no letters.
      if (document.querySelector('[role="dialog"]') || (field && field.getAttribute("type") !== "checkbox")) return;
      target.closest(".case")?.querySelector<HTMLElement>(`[aria-keyshortcuts="${key}"]`)?.click();
    };
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, [on]);
}

/** The cases of a state; those that wait can be chosen, and decided alike. */
export function CaseList({ state }: { state: CaseState }) {
  const { data, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useCases(state);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [rejecting, setRejecting] = useState(false);
  useCaseKeys();
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <PostSkeletons />;
  if (data.length === 0) return <Empty icon={<ShieldCheck size={32} aria-hidden />} title={t.moderation.none} />;
  const waiting = data.filter(isWaiting);
  const these = waiting.filter(({ id }) => chosen.has(id));
  const choose = (id: string, isChosen: boolean) => setChosen(new Set(isChosen ? [...chosen, id] : [...chosen].filter((other) => other !== id)));
  const none = () => setChosen(new Set());
  const decide = (decision: "approve" | "escalate") => decideCases(these, { decision }).then(none, (error: unknown) => say(describeProblem(error)));
  return (
    <>
      {waiting.length > 0 && (
        <div className="card cases__bar" role="toolbar" aria-label={t.wave.title}>
          <label className="check">
            <input
              type="checkbox"
              checked={these.length === waiting.length}
              onChange={({ currentTarget }) => setChosen(new Set(currentTarget.checked ? waiting.map(({ id }) => id) : []))}
            />
            {t.wave.all}
          </label>
          <output>{t.wave.chosen(these.length)}</output>
          <button type="button" className="button" disabled={these.length === 0} onClick={() => void decide("approve")}>
            {t.moderation.approve}
          </button>
          <button type="button" className="button button--danger" disabled={these.length === 0} onClick={() => setRejecting(true)}>
            {t.moderation.reject}
          </button>
          {state !== "escalated" && (
            <button type="button" className="button button--quiet" disabled={these.length === 0} onClick={() => void decide("escalate")}>
              {t.moderation.escalate}
            </button>
          )}
        </div>
      )}
      <p className="case__why cases__keys">{t.wave.keys}</p>
      <ul className="cases">
        {data.map((one) => (
          <li key={one.id}>
            <CaseCard of={one} {...(isWaiting(one) && { chosen: { is: chosen.has(one.id), set: (is: boolean) => choose(one.id, is) } })} />
          </li>
        ))}
      </ul>
      <More hasMore={hasNextPage} loading={isFetchingNextPage} failed={isFetchNextPageError} load={load} />
      {rejecting && (
        <RejectCase
          reason={these[0]?.reasons[0]}
          act={(rejection) => decideCases(these, { decision: "reject", ...rejection }).then(none)}
          onClose={() => setRejecting(false)}
        />
      )}
    </>
  );
}
