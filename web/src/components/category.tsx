import { useId } from "react";
import { Link } from "wouter";
import { categoryAddress } from "../data/addresses.ts";
import { useCategories } from "../data/categories.ts";
import { t } from "../texts/texts.ts";
import "./category.css";

/** Leads to the other posts in the category. Until its name is known, its slug stands there, so that nothing moves. */
export function CategoryLink({ slug }: { slug: string }) {
  const category = useCategories().data?.find((each) => each.slug === slug);
  return (
    <Link href={categoryAddress(slug)} className="category">
      <bdi>{category?.name ?? slug}</bdi>
    </Link>
  );
}

/** All categories, where there are any. */
export function Categories() {
  const { data = [] } = useCategories();
  if (data.length === 0) return null;
  return (
    <nav className="categories" aria-label={t.categories.title}>
      {data.map(({ slug }) => (
        <CategoryLink key={slug} slug={slug} />
      ))}
    </nav>
  );
}

interface ChoiceProps {
  value: string | null;
  /** In the composer, with a label for screen readers alone; else as a field of a form. */
  inComposer?: boolean;
  choose: (slug: string | null) => void;
}

/** Where there are categories, which of them a post is in. */
export function CategoryChoice({ value, inComposer = false, choose }: ChoiceProps) {
  const id = useId();
  const { data = [] } = useCategories();
  if (data.length === 0) return null;
  const select = (
    <select
      id={id}
      className={inComposer ? "composer__category" : undefined}
      aria-label={inComposer ? t.categories.one : undefined}
      value={data.some(({ slug }) => slug === value) ? (value ?? "") : ""}
      onChange={(event) => choose(event.target.value || null)}
    >
      <option value="">{t.categories.none}</option>
      {data.map(({ slug, name }) => (
        <option key={slug} value={slug}>
          {name}
        </option>
      ))}
    </select>
  );
  return inComposer ? (
    select
  ) : (
    <div className="field">
      <label htmlFor={id}>{t.categories.one}</label>
      {select}
    </div>
  );
}
