import { fold } from "@newfeed/shared/store/fold.ts";
import { type Word, wordsOf } from "./words.ts";

/** One word, or adjacent ones, that a post has, or must not have. */
export interface Term {
  words: readonly Word[];
  /** Exactly these words in this order: no other forms of them. */
  phrase: boolean;
  negated: boolean;
  /** It may go on: its reader may still be typing. */
  prefix: boolean;
}

/** What a search asks for. */
export interface Search {
  terms: readonly Term[];
  tags: readonly { tag: string; negated: boolean }[];
  /** A username, or `me`. */
  from: string | null;
  /** Published on this day or later, and before this day, in UTC. */
  after: Date | null;
  before: Date | null;
  hasMedia: boolean;
  inFollowing: boolean;
}

const mostTerms = 12;

const tokens =
  /(?<negated>-)?(?:"(?<phrase>[^"]*)"?|(?<operator>from|before|after|has|in):(?<value>\S+)|[#＃](?<tag>(?:[^\s\p{P}\p{S}]|_)+)|(?<text>[^\s"]+))/giu;

/** A day as `2026-01-31`; null for what is none. */
function dayOf(text: string): Date | null {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00.000Z`) : null;
  return day && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) ? day : null;
}

/** The words of a text, each alone; the pairs of a run of characters together, without the last character alone, which is in the pair before it. */
function runsIn(text: string): Word[][] {
  const runs: Word[][] = [];
  for (const word of wordsOf(text)) {
    const run = runs.at(-1);
    if (run?.[0]?.start === word.start) run.push(word);
    else runs.push([word]);
  }
  return runs.map((run) => (run.length > 1 ? run.slice(0, -1) : run));
}

/**
 * Reads what a user types: words, `"a phrase"`, `-word`, `#tag`, `from:name`, `before:` and `after:` a day, `has:media`,
 * `in:following`. What is no operator is words: nothing that a user types is an error. The last word may go on, unless it is quoted.
 */
export function parseSearch(text: string): Search {
  const terms: Term[] = [];
  const tags: { tag: string; negated: boolean }[] = [];
  const search = { from: null as string | null, after: null as Date | null, before: null as Date | null, hasMedia: false, inFollowing: false };
  let isTyped = false;

  function readOperator(operator: string, value: string): boolean {
    const day = dayOf(value);
    if (operator === "from") search.from = value.replace(/^@/, "").toLowerCase();
    else if (operator === "before" && day) search.before = day;
    else if (operator === "after" && day) search.after = day;
    else if (operator === "has" && value === "media") search.hasMedia = true;
    else if (operator === "in" && value === "following") search.inFollowing = true;
    else return false;
    return true;
  }
  function addWords(content: string, negated: boolean): void {
    for (const words of runsIn(content)) terms.push({ words, phrase: words.length > 1, negated, prefix: false });
    isTyped = !negated;
  }

  for (const { groups: { operator, value = "", tag, phrase, text: words = "", ...marks } = {} } of text.matchAll(tokens)) {
    const negated = marks.negated !== undefined;
    if (operator && !negated && readOperator(operator.toLowerCase(), value)) continue;
    if (operator) addWords(`${operator} ${value}`, negated);
    else if (tag && /\p{L}/u.test(tag)) tags.push({ tag: fold(tag), negated });
    else if (phrase === undefined) addWords(tag ?? words, negated);
    else {
      const quoted = runsIn(phrase).flat();
      if (quoted.length > 0) terms.push({ words: quoted, phrase: true, negated, prefix: false });
      isTyped = false;
    }
  }
  const kept = terms.slice(0, mostTerms);
  const last = kept.at(-1);
  if (last && isTyped) kept[kept.length - 1] = { ...last, prefix: true };
  return { ...search, terms: kept, tags: tags.slice(0, mostTerms) };
}
