import { alternativesOf, type IndexQuery, type PostQuery } from "../lexemes.ts";
import type { Term } from "../parse.ts";

type Clause = Readonly<Record<string, unknown>>;

/**
 * The fields of `IndexDocument`, and what a match in each is worth. How often a word is in other posts has no say: a rank
 * stays the same while posts come and go, so that pages follow one another.
 */
const similarity = {
  type: "scripted",
  script: { source: "return query.boost * Math.sqrt(doc.freq) / (1 + Math.log(Math.max(1, doc.length)));" },
};
const words = { type: "text", analyzer: "words", similarity: "words" };
const [inTitle, inContent, asStem, byOperator] = [1, 0.6, 0.3, 0.1];
const texts: readonly (readonly [field: string, boost: number])[] = [
  ["title", inTitle],
  ["content", inContent],
];
/** The beginning of a word is worth less than the whole. */
const beginning = 0.5;
/** So many words that begin like the last one of a phrase are looked for. */
const mostExpansions = 1_000;

/** How an index is made. */
export const indexDefinition = {
  settings: {
    // A post is found within two seconds.
    refresh_interval: "500ms",
    // How long the engine knows of a deleted post that older changes of it are older.
    gc_deletes: "1h",
    auto_expand_replicas: "0-1",
    similarity: { words: similarity },
    analysis: { analyzer: { words: { type: "custom", tokenizer: "spaces" } }, tokenizer: { spaces: { type: "whitespace" } } },
  },
  mappings: {
    dynamic: "strict",
    _source: { includes: ["tags", "publishedAt"] },
    properties: {
      ...{ title: words, content: words, stems: words },
      ...{ tags: { type: "keyword" }, authorId: { type: "keyword" }, isPublic: { type: "boolean" }, hasMedia: { type: "boolean" } },
      publishedAt: { type: "date" },
    },
  },
};

const anyOf = (clauses: readonly Clause[]): Clause => ({ bool: { should: clauses, minimum_should_match: 1 } });
const inTexts = (make: (field: string, boost: number) => Clause): Clause[] => texts.map(([field, boost]) => make(field, boost));
const term = (field: string, value: unknown, boost: number): Clause => ({ term: { [field]: { value, boost } } });

function termClause(asked: Term, query: PostQuery): Clause {
  if (asked.phrase) {
    const text = asked.words.map((word) => word.term).join(" ");
    return anyOf(
      inTexts((field, boost) =>
        asked.prefix
          ? { match_phrase_prefix: { [field]: { query: text, boost, max_expansions: mostExpansions } } }
          : { match_phrase: { [field]: { query: text, boost } } },
      ),
    );
  }
  const { term: word, goesOn, stems, others } = alternativesOf(asked, query);
  return anyOf([
    ...[word, ...others].flatMap((each) => inTexts((field, boost) => term(field, each, boost))),
    ...(goesOn ? inTexts((field, boost) => ({ prefix: { [field]: { value: word, boost: boost * beginning } } })) : []),
    ...stems.map((stem) => term("stems", stem, asStem)),
  ]);
}

const exactly = (field: string, value: unknown): Clause => ({ constant_score: { filter: { term: { [field]: value } }, boost: byOperator } });

/** What is asked for, of posts that were published in a time, as a query of OpenSearch. */
export function openSearchQueryOf(query: IndexQuery, { from, after }: { from: Date; after: Date | null }): Clause {
  // Later dates are not dates to it.
  const latest = Math.min(from.getTime(), Date.UTC(9999, 11, 31));
  const filter = [
    { range: { publishedAt: { lte: latest, ...(after && { gt: after.getTime() }), format: "epoch_millis" } } },
    ...(query.publicOnly ? [{ term: { isPublic: true } }] : []),
  ];
  if ("beginning" in query) return { bool: { must: [{ prefix: { tags: { value: query.beginning } } }], filter } };
  const { search, authorId } = query;
  const clauses = [
    ...search.terms.map((each) => ({ negated: each.negated, clause: termClause(each, query) })),
    ...search.tags.map(({ tag, negated }) => ({ negated, clause: exactly("tags", tag) })),
    ...(authorId ? [{ negated: false, clause: exactly("authorId", authorId) }] : []),
    ...(search.hasMedia ? [{ negated: false, clause: exactly("hasMedia", true) }] : []),
  ];
  const of = (negated: boolean) => clauses.flatMap((each) => (each.negated === negated ? [each.clause] : []));
  return { bool: { must: of(false), must_not: of(true), filter } };
}
