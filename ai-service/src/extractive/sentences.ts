/** Sentences of a text that are compared with each other: the work grows with their square. */
const mostSentences = 120;
/** What is shorter says nothing: a greeting, a number of a list. */
const fewestWords = 3;

export interface Sentence {
  text: string;
  /** In lower case, without numbers and punctuation, as often as they stand there. */
  words: readonly string[];
}

const sentenceSegments = new Intl.Segmenter(undefined, { granularity: "sentence" });
const wordSegments = new Intl.Segmenter(undefined, { granularity: "word" });

const wordsOf = (text: string): string[] =>
  [...wordSegments.segment(text.toLowerCase())].flatMap(({ segment, isWordLike }) => (isWordLike && /\p{L}/u.test(segment) ? [segment] : []));

/** Addresses say nothing in a summary; a mark of a tag or a mention is no part of its word. */
const plain = (text: string): string =>
  text
    .replace(/https?:\/\/\S+/g, " ")
    .replace(/(^|\s)[#@](?=[\p{L}\p{N}_])/gu, "$1")
    .replace(/[^\S\n]+/g, " ");

/** The first sentences of a text, in any language that Unicode knows how to part (UAX #29). A line break ends one, too. */
export function sentencesOf(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  for (const line of plain(text).split("\n"))
    for (const { segment } of sentenceSegments.segment(line)) {
      if (sentences.length === mostSentences) return sentences;
      const trimmed = segment.trim();
      if (trimmed !== "") sentences.push({ text: trimmed, words: wordsOf(trimmed) });
    }
  return sentences;
}

export const says = ({ words }: Sentence): boolean => words.length >= fewestWords;
