import type { CreateReplay, Replay } from "@newfeed/client";
import { useCallback } from "react";
import { change, useReplays } from "../../data/console.ts";
import { describeProblem } from "../../data/problems.ts";
import { useMe } from "../../data/session.ts";
import { t } from "../../texts/account.ts";
import { useLanguage } from "../../texts/texts.ts";
import { useForm } from "../form.tsx";
import { PostSkeletons } from "../skeletons.tsx";
import { Empty, Failed, More } from "../states.tsx";
import { useDates } from "../time.tsx";
import { say } from "../toasts.tsx";

const act = (...given: Parameters<typeof change>) => void change(...given).catch((error: unknown) => say(describeProblem(error)));

/** Kept events that a service handles again, how far that is, and for administrators what begins and changes it. */
export function ConsoleReplays() {
  const isAdministrator = useMe()?.roles.includes("admin") ?? false;
  const { data, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useReplays();
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return (
    <>
      {isAdministrator && <NewReplay />}
      <div className="console__part">
        {error && !data ? <Failed error={error} retry={() => void refetch()} /> : !data ? <PostSkeletons /> : null}
        {data?.length === 0 && <Empty title={t.eventReplays.none} />}
        {data && data.length > 0 && (
          <ol className="console__list" aria-label={t.eventReplays.list}>
            {data.map((replay) => (
              <li key={replay.id} className="card console__item">
                <OneReplay replay={replay} isAdministrator={isAdministrator} />
              </li>
            ))}
          </ol>
        )}
        <More hasMore={hasNextPage} loading={isFetchingNextPage} failed={isFetchNextPageError} load={load} />
      </div>
    </>
  );
}

function OneReplay({ replay, isAdministrator }: { replay: Replay; isAdministrator: boolean }) {
  const language = useLanguage();
  const { dayAndTime } = useDates();
  const { id, consumer, state, progress, from, to, types, handled, empty, failed, lastFailure } = replay;
  const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(progress);
  const counts = [t.eventReplays.handled(handled), empty > 0 && t.eventReplays.empty(empty), failed > 0 && t.eventReplays.failed(failed)];
  return (
    <>
      <header className="console__head">
        <b dir="ltr">{consumer}</b>
        <span>{t.replayStates[state]}</span>
      </header>
      <progress value={progress} max={1} aria-label={t.eventReplays.progress(share)} />
      <p className="console__line">{[t.eventReplays.progress(share), ...counts.filter(Boolean)].join(" · ")}</p>
      <p className="console__line">{t.eventReplays.until(dayAndTime(from), dayAndTime(to))}</p>
      {types && (
        <p className="console__line" dir="ltr">
          {types.join(", ")}
        </p>
      )}
      {lastFailure && (
        <p className="console__line" dir="ltr">
          {lastFailure}
        </p>
      )}
      {isAdministrator && (state === "running" || state === "paused") && (
        <div className="console__acts">
          {state === "running" ? (
            <button type="button" className="button button--quiet" onClick={() => act((calls) => calls.pauseReplay(id))}>
              {t.eventReplays.pause}
            </button>
          ) : (
            <button type="button" className="button button--quiet" onClick={() => act((calls) => calls.resumeReplay(id))}>
              {t.eventReplays.resume}
            </button>
          )}
          <button type="button" className="button button--danger" onClick={() => act((calls) => calls.cancelReplay(id))}>
            {t.eventReplays.cancel}
          </button>
        </div>
      )}
    </>
  );
}

/** Each service that the contract names. */
const consumers = { "query-service": true, "comment-service": true, "media-service": true } satisfies Record<CreateReplay["consumer"], true>;

/** What a field of local time says. */
const timeIn = (form: FormData, name: string): string | undefined => {
  const text = String(form.get(name) ?? "");
  return text ? new Date(text).toISOString() : undefined;
};

function NewReplay() {
  const { busy, problem, submit } = useForm(async (form) => {
    const type = String(form.get("type") ?? "").trim();
    const to = timeIn(form, "to");
    await change((calls) =>
      calls.replay({
        consumer: form.get("consumer") as CreateReplay["consumer"],
        from: timeIn(form, "from") ?? "",
        ...(to !== undefined && { to }),
        ...(type && { types: [type] }),
        rate: Number(form.get("rate")),
      }),
    );
  });
  return (
    <form className="card console__item" aria-label={t.eventReplays.start} onSubmit={(event) => void submit(event)}>
      <b>{t.eventReplays.start}</b>
      <div className="console__fields">
        <div className="field">
          <label htmlFor="replay-consumer">{t.eventReplays.consumer}</label>
          <select id="replay-consumer" name="consumer">
            {Object.keys(consumers).map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor="replay-type">{t.storedEvents.type}</label>
          <input id="replay-type" name="type" autoComplete="off" spellCheck={false} dir="ltr" />
        </div>
        <div className="field">
          <label htmlFor="replay-from">{t.eventReplays.from}</label>
          <input id="replay-from" name="from" type="datetime-local" required />
        </div>
        <div className="field">
          <label htmlFor="replay-to">{t.eventReplays.to}</label>
          <input id="replay-to" name="to" type="datetime-local" />
        </div>
        <div className="field">
          <label htmlFor="replay-rate">{t.eventReplays.rate}</label>
          <input id="replay-rate" name="rate" type="number" min={1} max={5_000} defaultValue={500} required />
        </div>
      </div>
      {problem !== null && (
        <p className="problem" role="alert">
          {describeProblem(problem)}
        </p>
      )}
      <div className="console__acts">
        <button type="submit" className="button" disabled={busy}>
          {t.eventReplays.begin}
        </button>
      </div>
    </form>
  );
}
