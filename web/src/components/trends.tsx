import { Link } from "wouter";
import { tagAddress } from "../data/addresses.ts";
import { useTrends } from "../data/tags.ts";
import { t } from "../texts/texts.ts";
import "./trends.css";

/** The tags that most people use today; nothing while there are none. `most`: so many of them. */
export function Trends({ most = 5 }: { most?: number }) {
  const { data = [] } = useTrends();
  if (data.length === 0) return null;
  return (
    <section className="card trends" aria-labelledby="trends">
      <h2 id="trends">{t.tags.trends}</h2>
      <ol>
        {data.slice(0, most).map(({ tag, authors }) => (
          <li key={tag}>
            <Link href={tagAddress(tag)} className="trends__link">
              <b dir="auto">#{tag}</b>
              <span>{t.tags.people(authors)}</span>
            </Link>
          </li>
        ))}
      </ol>
    </section>
  );
}
