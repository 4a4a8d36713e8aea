import type { Sentence } from "./sentences.ts";

/** How much of a sentence's weight comes from its place alone. (LexRank's damping is 0.1 to 0.2.) */
const damping = 0.15;
const rounds = 30;

type Vector = ReadonlyMap<string, number>;

/** How much each word tells sentences apart: what stands in nearly all of them, as articles do in any language, tells nothing. */
function vectorsOf(sentences: readonly Sentence[]): Vector[] {
  const sentencesWith = new Map<string, number>();
  for (const { words } of sentences) for (const word of new Set(words)) sentencesWith.set(word, (sentencesWith.get(word) ?? 0) + 1);
  return sentences.map(({ words }) => {
    const vector = new Map<string, number>();
    for (const word of words) vector.set(word, (vector.get(word) ?? 0) + Math.log((1 + sentences.length) / (sentencesWith.get(word) ?? 1)));
    const length = Math.hypot(...vector.values()) || 1;
    return new Map([...vector].map(([word, weight]) => [word, weight / length]));
  });
}

function cosine(one: Vector, other: Vector): number {
  let sum = 0;
  for (const [word, weight] of one) sum += weight * (other.get(word) ?? 0);
  return sum;
}

export interface Ranking {
  /** How central each sentence is, 1 on average. */
  weights: readonly number[];
  /** From 0 to 1, how much two of them have in common. */
  similarity(one: number, other: number): number;
}

/**
 * Continuous LexRank (Erkan and Radev, "LexRank: Graph-based Lexical Centrality as Salience in Text Summarization", 2004): a
 * sentence weighs as much as those that are like it, and what it has in common with them.
 */
export function rank(sentences: readonly Sentence[]): Ranking {
  const vectors = vectorsOf(sentences);
  const similar = vectors.map((one, at) => vectors.map((other, place) => (at === place ? 0 : cosine(one, other))));
  const sums = similar.map((row) => row.reduce((sum, value) => sum + value, 0));
  let weights = sentences.map(() => 1);
  for (let round = 0; round < rounds; round++)
    weights = sentences.map((_, at) => {
      const given = similar.reduce((sum, row, from) => sum + ((sums[from] ?? 0) > 0 ? ((row[at] ?? 0) / (sums[from] ?? 1)) * (weights[from] ?? 0) : 0), 0);
      return damping + (1 - damping) * given;
    });
  return { weights, similarity: (one, other) => similar[one]?.[other] ?? 0 };
}
