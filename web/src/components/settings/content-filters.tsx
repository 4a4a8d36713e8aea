import { wordsAt } from "@newfeed/client";
import { useState } from "react";
import { changePreferences, usePreferences } from "../../data/preferences.ts";
import { t } from "../../texts/account.ts";
import { useForm } from "../form.tsx";
import { useDates } from "../time.tsx";
import { Row, RowButton } from "./rows.tsx";

const day = 24 * 60 * 60_000;
const spans = { forGood: null, forDay: day, forWeek: 7 * day, forMonth: 30 * day } as const;
type Span = keyof typeof spans;

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** Words that hide what contains them from the user, and until when. */
export function ContentFilters() {
  const filters = usePreferences()?.contentFilters;
  const { dayAndTime } = useDates();
  const [added, setAdded] = useState("");
  const [span, setSpan] = useState<Span>("forGood");
  const { words = [], ends = [] } = filters ?? {};
  const shown = wordsAt({ words, ends }, Date.now());
  const without = (word: string) => ({ words: shown.filter((each) => !isSame(each, word)), ends: ends.filter((end) => !isSame(end.word, word)) });
  const { busy, submit } = useForm(async () => {
    const word = added.trim();
    const ms = spans[span];
    const others = without(word);
    const end = ms === null ? [] : [{ word, until: new Date(Date.now() + ms).toISOString() }];
    if (await changePreferences({ contentFilters: { words: [...others.words, word], ends: [...others.ends, ...end] } })) setAdded("");
  });
  return (
    <section className="card settings__part" aria-labelledby="content-filters">
      <h2 id="content-filters">{t.filters.title}</h2>
      <p>{t.filters.hint}</p>
      {shown.length > 0 ? (
        <ul className="devices">
          {shown.map((word) => {
            const until = ends.find((end) => end.word === word)?.until;
            return (
              <Row key={word} name={<bdi>{word}</bdi>} about={until ? t.muted.until(dayAndTime(until)) : t.filters.forGood}>
                <RowButton label={t.filters.removeWord(word)} onClick={() => void changePreferences({ contentFilters: without(word) })}>
                  {t.filters.remove}
                </RowButton>
              </Row>
            );
          })}
        </ul>
      ) : (
        filters && <p>{t.filters.none}</p>
      )}
      <form className="settings__form" onSubmit={submit}>
        <div className="field">
          <label htmlFor="filtered-word">{t.filters.word}</label>
          <input
            id="filtered-word"
            dir="auto"
            maxLength={50}
            autoComplete="off"
            disabled={!filters}
            value={added}
            onChange={(event) => setAdded(event.target.value)}
          />
        </div>
        <div className="field">
          <label htmlFor="filtered-for">{t.filters.howLong}</label>
          <select id="filtered-for" disabled={!filters} value={span} onChange={(event) => setSpan(event.target.value as Span)}>
            {(Object.keys(spans) as Span[]).map((each) => (
              <option key={each} value={each}>
                {t.filters[each]}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" className="button button--quiet" disabled={busy || !added.trim()}>
          {t.filters.add}
        </button>
      </form>
    </section>
  );
}
