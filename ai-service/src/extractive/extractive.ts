import { lengths } from "@newfeed/shared/contracts/text.ts";
import { rank } from "./rank.ts";
import { type Sentence, says, sentencesOf } from "./sentences.ts";

/** A summary has as many sentences, unless the text has fewer. */
const sentencesOfSummary = 3;
/** Two sentences that have more in common say the same. */
const same = 0.7;
/** Posts say first what they are about. */
const firstCounts = 1.3;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const words = new Intl.Segmenter(undefined, { granularity: "word" });
const lengthOf = (text: string): number => [...graphemes.segment(text)].length;

/** A text of so many characters, cut behind a word, with an ellipsis where it was longer. */
export function cutAtWord(text: string, characters: number): string {
  if (lengthOf(text) <= characters) return text;
  let cut = "";
  for (const { segment } of words.segment(text)) {
    if (lengthOf(cut + segment) > characters - 1) break;
    cut += segment;
  }
  // One word is longer than all that there is room for.
  if (cut.trim() === "")
    cut = [...graphemes.segment(text)]
      .slice(0, characters - 1)
      .map(({ segment }) => segment)
      .join("");
  return `${cut.replace(/[\s\p{P}]+$/u, "")}…`;
}

/** The places of the sentences that say most, the first of them first. */
function byWeight(sentences: readonly Sentence[]): { places: number[]; similarity: (one: number, other: number) => number } {
  const { weights, similarity } = rank(sentences);
  const weightOf = (place: number) => (weights[place] ?? 0) * (place === 0 ? firstCounts : 1);
  const places = sentences.map((_, place) => place).sort((one, other) => weightOf(other) - weightOf(one) || one - other);
  return { places, similarity };
}

/** Three sentences of a text that say most of it, or two where it has no more, in their order. Null for a text that is no longer than its summary. */
export function summarise(text: string): string | null {
  const sentences = sentencesOf(text).filter(says);
  if (sentences.length < 3) return null;
  const { places, similarity } = byWeight(sentences);
  const chosen: number[] = [];
  for (const place of places) {
    if (chosen.length === Math.min(sentencesOfSummary, sentences.length - 1)) break;
    if (chosen.every((other) => similarity(place, other) < same)) chosen.push(place);
  }
  return cutAtWord(
    chosen
      .sort((one, other) => one - other)
      .map((place) => sentences[place]?.text)
      .join(" "),
    lengths.summary,
  );
}

/** The sentence of a text that says most of it, cut behind a word where it is longer than a title of this kind. Null for a text without words. */
export function suggestTitle(text: string): string | null {
  const sentences = sentencesOf(text);
  const spoken = sentences.filter(says);
  const [best] = spoken.length > 0 ? byWeight(spoken).places.map((place) => spoken[place]) : sentences.filter(({ words: all }) => all.length > 0);
  return best ? cutAtWord(best.text.replace(/[\s.。．!！…]+$/u, ""), lengths.suggestedTitle) : null;
}
