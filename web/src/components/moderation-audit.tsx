import type { NamedAuditEntry } from "@newfeed/client";
import { useCallback, useState } from "react";
import { useAudit, useCase } from "../data/moderation.ts";
import { useMe } from "../data/session.ts";
import { t } from "../texts/account.ts";
import { CaseCard } from "./case-card.tsx";
import { PostSkeletons } from "./skeletons.tsx";
import { Empty, Failed, More } from "./states.tsx";
import { Time } from "./time.tsx";

/** Every step of every case, the newest first; administrators take all of it along. */
export function ModerationAudit() {
  const isAdministrator = useMe()?.roles.includes("admin") ?? false;
  const { data, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useAudit();
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <PostSkeletons />;
  if (data.length === 0) return <Empty title={t.audit.none} />;
  return (
    <>
      {isAdministrator && (
        <p className="case__acts">
          <a className="button button--quiet" href="/api/v1/moderation/audit/export" download>
            {t.audit.export}
          </a>
        </p>
      )}
      <ol className="cases" aria-label={t.audit.title}>
        {data.map((entry) => (
          <li key={entry.id} className="card case">
            <Entry entry={entry} />
          </li>
        ))}
      </ol>
      <More hasMore={hasNextPage} loading={isFetchingNextPage} failed={isFetchNextPageError} load={load} />
    </>
  );
}

function Entry({ entry: { step, actor, actorId, before, after, caseId, revision, createdAt } }: { entry: NamedAuditEntry }) {
  const [isOpen, setOpen] = useState(false);
  const by = actor ? `@${actor.username}` : actorId ? t.moderation.unknown : t.audit.nobody;
  return (
    <>
      <header className="case__head">
        <b>{t.caseSteps[step]}</b>
        <Time at={createdAt} />
      </header>
      <p className="case__why">
        {by} · {before ? t.audit.change(t.auditStates[before.state], t.auditStates[after.state]) : t.auditStates[after.state]}
        {after.action && ` · ${t.caseActions[after.action]}`}
      </p>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t.audit.case}</summary>
        {isOpen && <CaseOf id={caseId} revision={revision} />}
      </details>
    </>
  );
}

/** As it is now. */
function CaseOf({ id, revision }: { id: string; revision: number }) {
  const { data, error, refetch } = useCase({ id, revision }, true);
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  return data ? <CaseCard of={data} /> : <p>{t.states.loading}</p>;
}
