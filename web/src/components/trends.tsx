import type { ReactNode } from "react";
import { Link } from "wouter";
import { tagAddress } from "../data/addresses.ts";
import { useTrends } from "../data/trends.ts";
import { t } from "../texts/texts.ts";
import "./trends.css";

/** The tags that most people use today; nothing while there are none. `most`: so many of them. */
export function Trends({ most = 5 }: { most?: number }) {
  const { trends } = useTrends();
  if (trends.length === 0) return null;
  return (
    <section className="card list trends" aria-labelledby="trends">
      <h2 id="trends">{t.tags.trends}</h2>
      <ol>
        {trends.slice(0, most).map(({ tag, authors }) => (
          <TagItem key={tag} tag={tag}>
            {t.tags.people(authors)}
          </TagItem>
        ))}
      </ol>
    </section>
  );
}

/** A tag in a list, with how much it is used. */
export const TagItem = ({ tag, children }: { tag: string; children: ReactNode }) => (
  <li>
    <Link href={tagAddress(tag)} className="trends__link">
      <b dir="auto">#{tag}</b>
      <span>{children}</span>
    </Link>
  </li>
);
