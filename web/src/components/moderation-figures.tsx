import { useFigures, useRules } from "../data/moderation.ts";
import { t } from "../texts/account.ts";
import { useLanguage } from "../texts/texts.ts";
import { durationIn } from "./durations.ts";
import { Failed } from "./states.tsx";

const minute = 60;
const hour = 3_600;
const day = 86_400;
/** In a unit that says enough of it. */
function roughly(seconds: number): number {
  if (seconds < 2 * hour) return Math.max(1, Math.round(seconds / minute)) * minute;
  return seconds < 2 * day ? Math.round(seconds / hour) * hour : Math.round(seconds / day) * day;
}

/** How many cases wait, how long they do, and how often each rule was right. */
export function ModerationFigures() {
  const language = useLanguage();
  const { data, error, refetch } = useFigures();
  const { data: rules = [] } = useRules();
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <p>{t.states.loading}</p>;
  const time = (seconds: number | null) => (seconds === null ? t.figures.noneYet : durationIn(language, roughly(seconds)));
  const share = (of: number, all: number) =>
    all === 0 ? t.figures.noneYet : new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(of / all);
  const figures = [
    ...(["open", "appealed", "escalated"] as const).map((state) => [t.caseStates[state], t.figures.upTo(data.waiting[state])] as const),
    [t.figures.median(data.decided), time(data.medianSeconds)],
    [t.figures.slow, time(data.slowSeconds)],
  ] as const;
  return (
    <section className="card case" aria-label={t.figures.title}>
      <dl className="figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {rules.length > 0 && (
        <table className="figures__rules">
          <caption>{t.figures.precision}</caption>
          <thead>
            <tr>
              <th scope="col">{t.figures.rule}</th>
              <th scope="col">{t.figures.judged}</th>
              <th scope="col">{t.figures.right}</th>
            </tr>
          </thead>
          <tbody>
            {rules.map(({ id, name, upheld, overturned }) => (
              <tr key={id}>
                <th scope="row" dir="auto">
                  {name}
                </th>
                <td>{upheld + overturned}</td>
                <td>{share(upheld, upheld + overturned)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
