import type { AccountDeletion } from "@newfeed/client";
import { useCallback, useState } from "react";
import { useAccountDeletions } from "../../data/console.ts";
import { t } from "../../texts/account.ts";
import { useLanguage } from "../../texts/texts.ts";
import { Choice } from "../choice.tsx";
import { PostSkeletons } from "../skeletons.tsx";
import { Empty, Failed, More } from "../states.tsx";
import { useDates } from "../time.tsx";

type Which = "running" | "all";

/** Deletions of accounts: which services have removed what they held, and which are missing. */
export function ConsoleDeletions() {
  const [which, setWhich] = useState<Which>("running");
  const { data, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useAccountDeletions(
    which === "running" ? which : undefined,
  );
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const choices: { value: Which; label: string }[] = [
    { value: "running", label: t.accountDeletions.running },
    { value: "all", label: t.accountDeletions.all },
  ];
  return (
    <>
      <Choice label={t.accountDeletions.which} value={which} options={choices} choose={setWhich} />
      <div className="console__part">
        {error && !data ? <Failed error={error} retry={() => void refetch()} /> : !data ? <PostSkeletons /> : null}
        {data?.length === 0 && <Empty title={which === "running" ? t.accountDeletions.noneRunning : t.accountDeletions.none} />}
        {data && data.length > 0 && (
          <ol className="console__list" aria-label={t.accountDeletions.list}>
            {data.map((deletion) => (
              <li key={deletion.accountId} className="card console__item">
                <OneDeletion deletion={deletion} />
              </li>
            ))}
          </ol>
        )}
        <More hasMore={hasNextPage} loading={isFetchingNextPage} failed={isFetchNextPageError} load={load} />
      </div>
    </>
  );
}

const short = (service: string) => service.replace("-service", "");

function OneDeletion({ deletion: { accountId, begunAt, completedAt, alertedAt, services } }: { deletion: AccountDeletion }) {
  const number = new Intl.NumberFormat(useLanguage());
  const { dayAndTime } = useDates();
  const reported = services.filter(({ reportedAt }) => reportedAt !== null);
  const missing = services.filter(({ reportedAt }) => reportedAt === null).map(({ service }) => short(service));
  const progress = t.accountDeletions.reported(number.format(reported.length), number.format(services.length));
  return (
    <>
      <header className="console__head">
        <b dir="ltr">{accountId}</b>
      </header>
      <progress value={reported.length} max={services.length} aria-label={progress} />
      <p className="console__line">
        {[progress, t.accountDeletions.begun(dayAndTime(begunAt)), completedAt && t.accountDeletions.completed(dayAndTime(completedAt))]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {completedAt === null && missing.length > 0 && <p className="console__line">{t.accountDeletions.missing(missing.join(", "))}</p>}
      {completedAt === null && alertedAt !== null && (
        <p className="problem" role="alert">
          {t.accountDeletions.late}
        </p>
      )}
      <details>
        <summary>{t.accountDeletions.removed}</summary>
        <ul>
          {reported.map(({ service, removed }) => (
            <li key={service} dir="ltr">
              {short(service)}:{" "}
              {Object.entries(removed)
                .map(([by, rows]) => `${by} ${number.format(rows)}`)
                .join(", ") || t.accountDeletions.nothing}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}
