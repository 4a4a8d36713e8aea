import type { StoredEvent } from "@newfeed/client";
import { type FormEvent, useCallback, useState } from "react";
import { exportUrl, type Filters, useEvents, useTail, useTimeline } from "../../data/console.ts";
import { t } from "../../texts/account.ts";
import { useLanguage } from "../../texts/texts.ts";
import { PostSkeletons } from "../skeletons.tsx";
import { Empty, Failed, More } from "../states.tsx";
import { Time } from "../time.tsx";

const fields = ["type", "aggregate", "actor", "correlation"] as const;

/** What a form asks for; what is empty is left out. */
function filtersIn(form: FormData): Filters {
  const given = fields.map((name) => [name, String(form.get(name) ?? "").trim()] as const);
  return Object.fromEntries(given.filter(([, value]) => value)) as Filters;
}

/** Kept events by filters, as they are stored, or those of one request. */
export function ConsoleEvents() {
  const [filters, setFilters] = useState<Filters>({});
  /** Its fields begin anew with what else sets the filters; a form that is sent keeps the focus. */
  const [form, setForm] = useState(0);
  const [isLive, setLive] = useState(false);
  const [timeline, setTimeline] = useState<string | null>(null);
  function show(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setFilters(filtersIn(new FormData(event.currentTarget)));
  }
  if (timeline !== null) return <Timeline correlation={timeline} back={() => setTimeline(null)} />;
  const history = (aggregate: string) => {
    setFilters({ aggregate });
    setForm(form + 1);
  };
  const look = { timeline: setTimeline, history };
  return (
    <>
      <form key={form} className="card console__item" aria-label={t.storedEvents.find} onSubmit={show}>
        <div className="console__fields">
          {fields.map((name) => (
            <div key={name} className="field">
              <label htmlFor={`event-${name}`}>{t.storedEvents[name]}</label>
              <input id={`event-${name}`} name={name} defaultValue={filters[name]} autoComplete="off" spellCheck={false} dir="ltr" />
            </div>
          ))}
        </div>
        <div className="console__acts">
          <button type="submit" className="button">
            {t.storedEvents.show}
          </button>
          <button type="button" className="button button--quiet" onClick={() => setLive(!isLive)}>
            {isLive ? t.storedEvents.stop : t.storedEvents.follow}
          </button>
          <a className="button button--quiet" href={exportUrl(filters)} download>
            {t.storedEvents.export}
          </a>
        </div>
      </form>
      <div className="console__part">{isLive ? <Tail filters={filters} look={look} /> : <Found filters={filters} look={look} />}</div>
    </>
  );
}

interface Look {
  timeline: (correlation: string) => void;
  history: (aggregate: string) => void;
}

function Tail({ filters, look }: { filters: Filters; look: Look }) {
  const { events, isOpen } = useTail(filters, true);
  return (
    <>
      <p className="console__line console__bare" role="status">
        {isOpen ? t.storedEvents.following : events.length > 0 ? t.storedEvents.interrupted : t.storedEvents.waiting}
      </p>
      {events.length > 0 && <List events={events} look={look} />}
    </>
  );
}

function Found({ filters, look }: { filters: Filters; look: Look }) {
  const { data, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useEvents(filters);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <PostSkeletons />;
  if (data.length === 0 && !hasNextPage) return <Empty title={t.storedEvents.none} />;
  return (
    <>
      <List events={data} look={look} />
      <More hasMore={hasNextPage} loading={isFetchingNextPage} failed={isFetchNextPageError} load={load} />
    </>
  );
}

const List = ({ events, look }: { events: readonly StoredEvent[]; look: Look }) => (
  <ol className="console__list" aria-label={t.storedEvents.list}>
    {events.map((event) => (
      <li key={event.id} className="card console__item">
        <StoredEventItem event={event} />
        <div className="console__acts">
          <button type="button" className="button button--quiet button--small" onClick={() => look.timeline(event.correlationId)}>
            {t.storedEvents.timeline}
          </button>
          <button type="button" className="button button--quiet button--small" onClick={() => look.history(event.aggregate.id)}>
            {t.storedEvents.history}
          </button>
        </div>
      </li>
    ))}
  </ol>
);

function StoredEventItem({ event: { type, occurredAt, aggregate, producer, body } }: { event: StoredEvent }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <header className="console__head">
        <b dir="ltr">{type}</b>
        <Time at={occurredAt} />
      </header>
      <p className="console__line" dir="ltr">
        {aggregate.type} {aggregate.id}
      </p>
      {producer && <p className="console__line">{t.storedEvents.by(producer)}</p>}
      {body === null ? (
        <p className="console__line">{t.storedEvents.emptied}</p>
      ) : (
        <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary>{t.storedEvents.body}</summary>
          {isOpen && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
            <pre className="console__text" dir="ltr" tabIndex={0}>
              {JSON.stringify(body, null, 2)}
            </pre>
          )}
        </details>
      )}
    </>
  );
}

/** How a request went through the services. */
function Timeline({ correlation, back }: { correlation: string; back: () => void }) {
  const language = useLanguage();
  const { data, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useTimeline(correlation);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const number = new Intl.NumberFormat(language);
  return (
    <>
      <div className="console__acts console__bare">
        <button type="button" className="button button--quiet" onClick={back}>
          {t.storedEvents.back}
        </button>
      </div>
      <div className="console__part">
        <p className="console__line console__bare" dir="ltr">
          {correlation}
        </p>
        {error && !data && <Failed error={error} retry={() => void refetch()} />}
        <ol className="console__list" aria-label={t.storedEvents.timeline}>
          {(data ?? []).map(({ event, afterMs, consumers }) => (
            <li key={event.id} className="card console__item">
              <StoredEventItem event={event} />
              <p className="console__line">{t.storedEvents.after(number.format(afterMs))}</p>
              {consumers.length > 0 && <p className="console__line">{t.storedEvents.handledBy(consumers.join(", "))}</p>}
            </li>
          ))}
        </ol>
        <More hasMore={hasNextPage} loading={isFetchingNextPage} failed={isFetchNextPageError} load={load} />
      </div>
    </>
  );
}
