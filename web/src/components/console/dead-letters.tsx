import type { DeadLetterSummary } from "@newfeed/client";
import { useCallback, useState } from "react";
import { change, changeAll, type ServiceName, useDeadLetter, useDeadLetterAudit, useDeadLetterCounts, useDeadLetters } from "../../data/console.ts";
import { describeProblem } from "../../data/problems.ts";
import { useMe } from "../../data/session.ts";
import { t } from "../../texts/account.ts";
import { Confirm } from "../dialogs.tsx";
import { PostSkeletons } from "../skeletons.tsx";
import { Empty, Failed, More } from "../states.tsx";
import { Time } from "../time.tsx";
import { say } from "../toasts.tsx";

const saying = (work: Promise<unknown>) => void work.catch((error: unknown) => say(describeProblem(error)));

/** Events that services failed to handle, and what was done with such; administrators have them handled again, or drop them. */
export function ConsoleDeadLetters() {
  const isAdministrator = useMe()?.roles.includes("admin") ?? false;
  const [service, setService] = useState<ServiceName | undefined>();
  const counts = useDeadLetterCounts().data ?? [];
  const count = counts.find((each) => each.service === service)?.letters ?? 0;
  return (
    <>
      <div className="card console__item">
        <div className="field">
          <label htmlFor="letters-service">{t.deadLetters.service}</label>
          <select id="letters-service" value={service ?? ""} onChange={({ target }) => setService((target.value || undefined) as ServiceName | undefined)}>
            <option value="">{t.deadLetters.all}</option>
            {counts.map(({ service: name, letters }) => (
              <option key={name} value={name}>
                {t.deadLetters.labelled(name, letters === null ? "?" : String(letters))}
              </option>
            ))}
          </select>
        </div>
        {isAdministrator && service && count > 0 && <OnAll service={service} count={count} />}
      </div>
      <div className="console__part">
        <Letters service={service} isAdministrator={isAdministrator} />
      </div>
      <section className="console__part" aria-label={t.deadLetters.audit}>
        <h2 className="console__bare">{t.deadLetters.audit}</h2>
        <Audit />
      </section>
    </>
  );
}

function OnAll({ service, count }: { service: ServiceName; count: number }) {
  const [asking, setAsking] = useState(false);
  return (
    <div className="console__acts">
      <button
        type="button"
        className="button button--quiet"
        onClick={() => saying(changeAll("replay", service).then((done) => say(t.deadLetters.replayed(done))))}
      >
        {t.deadLetters.replayAll}
      </button>
      <button type="button" className="button button--danger" onClick={() => setAsking(true)}>
        {t.deadLetters.dropAll}
      </button>
      {asking && (
        <Confirm
          title={t.deadLetters.dropAll}
          text={t.deadLetters.surely(String(count), service)}
          action={t.deadLetters.dropAll}
          onConfirm={() => saying(changeAll("drop", service).then((done) => say(t.deadLetters.dropped(done))))}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}

function Letters({ service, isAdministrator }: { service: ServiceName | undefined; isAdministrator: boolean }) {
  const { data, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useDeadLetters(service);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <PostSkeletons />;
  if (data.length === 0 && !hasNextPage) return <Empty title={t.deadLetters.none} />;
  return (
    <>
      <ol className="console__list" aria-label={t.deadLetters.list}>
        {data.map((letter) => (
          <li key={`${letter.service} ${letter.id}`} className="card console__item">
            <Letter letter={letter} isAdministrator={isAdministrator} />
          </li>
        ))}
      </ol>
      <More hasMore={hasNextPage} loading={isFetchingNextPage} failed={isFetchNextPageError} load={load} />
    </>
  );
}

function Letter({
  letter: { id, type, reason, tries, failedAt, replayAt, ...letter },
  isAdministrator,
}: {
  letter: DeadLetterSummary;
  isAdministrator: boolean;
}) {
  const [isOpen, setOpen] = useState(false);
  const service = letter.service as ServiceName;
  return (
    <>
      <header className="console__head">
        <b dir="ltr">{type}</b>
        <span dir="ltr">{service}</span>
      </header>
      <p className="console__line" dir="ltr">
        {reason}
      </p>
      <p className="console__line">
        {[t.deadLetters.tries(tries), replayAt && t.deadLetters.waits].filter(Boolean).join(" · ")} · {t.deadLetters.since} <Time at={failedAt} />
      </p>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t.deadLetters.why}</summary>
        {isOpen && <InFull service={service} id={id} tries={tries} />}
      </details>
      {isAdministrator && (
        <div className="console__acts">
          <button type="button" className="button button--quiet" onClick={() => saying(change((calls) => calls.replayDeadLetters({ service, id })))}>
            {t.deadLetters.replay}
          </button>
          <button type="button" className="button button--danger" onClick={() => saying(change((calls) => calls.dropDeadLetters({ service, id })))}>
            {t.deadLetters.drop}
          </button>
        </div>
      )}
    </>
  );
}

/** JSON with its lines; any other text as it is. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function InFull({ service, id, tries }: { service: ServiceName; id: number; tries: number }) {
  const { data, error, refetch } = useDeadLetter(service, id, tries, true);
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <p>{t.states.loading}</p>;
  const texts = [data.body === null ? t.deadLetters.emptied : readable(data.body), data.detail].filter((text) => text !== null);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <pre className="console__text" dir="ltr" tabIndex={0}>
      {texts.join("\n\n")}
    </pre>
  );
}

function Audit() {
  const { data, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useDeadLetterAudit();
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (data?.length === 0) return <p className="console__line console__bare">{t.deadLetters.noSteps}</p>;
  return (
    <>
      <ol className="console__list">
        {(data ?? []).map(({ id, at, action, letters, service, actorId, type, reason }) => (
          <li key={id} className="card console__item">
            <header className="console__head">
              <b>{t.letterSteps[action]}</b>
              <Time at={at} />
            </header>
            <p className="console__line">{t.deadLetters.step(letters, service, actorId ?? t.deadLetters.command)}</p>
            {(type ?? reason) && (
              <p className="console__line" dir="ltr">
                {[type, reason].filter(Boolean).join(" · ")}
              </p>
            )}
          </li>
        ))}
      </ol>
      <More hasMore={hasNextPage} loading={isFetchingNextPage} failed={isFetchNextPageError} load={load} />
    </>
  );
}
