/** What stems words: PostgreSQL's Snowball dictionaries, by the script of a word. */
const dictionaries = {
  Latin: {
    en: "english_stem",
    de: "german_stem",
    fr: "french_stem",
    es: "spanish_stem",
    it: "italian_stem",
    pt: "portuguese_stem",
    nl: "dutch_stem",
    sv: "swedish_stem",
  },
  Cyrillic: { ru: "russian_stem" },
  Greek: { el: "greek_stem" },
  Arabic: { ar: "arabic_stem" },
  Devanagari: { hi: "hindi_stem" },
} as const;

export type Language = { [Script in keyof typeof dictionaries]: keyof (typeof dictionaries)[Script] }[keyof typeof dictionaries];

export const dictionaryOf: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(dictionaries));

const scripts = Object.entries(dictionaries).map(([script, byLanguage]) => ({
  isOf: new RegExp(`^\\p{Script=${script}}`, "u"),
  languages: Object.keys(byLanguage) as Language[],
}));

/** The languages that a word may be of, by its first letter. */
export const languagesOfScript = (word: string): readonly Language[] => scripts.find(({ isOf }) => isOf.test(word))?.languages ?? [];

/** Words that are frequent in a language, and rare or unknown in the others. */
const frequent: Partial<Record<Language, string>> = {
  en: "the and is are of to was were with this that you for have not from they what his her been would will your",
  de: "der die das und ist nicht ich wir ein eine mit auf für von dem den im sich auch wie zu sind war haben nach bei",
  fr: "le les et est une des du dans pour pas que qui nous vous avec sur au aux ce cette sont plus elle être avoir mais",
  es: "el los las y es una por para con del que como pero más está muy al lo su se sus hay este esta fue son",
  it: "il gli e è una per con del della che non di sono più come anche nel alla ma questo questa ho ha le dei",
  pt: "o os as e é uma para com do da não em mais como mas ao dos das foi são muito também você isso pelo",
  nl: "de het een en van is niet op te dat met voor zijn ik je aan er maar ook naar bij uit wij heeft nog",
  sv: "och att det är en ett som på för med inte jag den av till har de var om ska vi från men kan så",
};
const languagesByWord = Map.groupBy(
  Object.entries(frequent).flatMap(([language, words]) => words.split(" ").map((word) => ({ language: language as Language, word }))),
  ({ word }) => word,
);

/**
 * The language of a text in the Latin script, by its frequent words: one that has at least two of them, and more than any
 * other language. Undefined when they do not tell, as of short texts; a wrong guess would hide what it stems.
 */
export function languageOf(words: readonly string[]): Language | undefined {
  const counts = new Map<Language, number>();
  for (const word of words) for (const { language } of languagesByWord.get(word) ?? []) counts.set(language, (counts.get(language) ?? 0) + 1);
  const [first, second] = [...counts].sort(([, one], [, other]) => other - one);
  return first && first[1] >= 2 && first[1] > (second?.[1] ?? 0) ? first[0] : undefined;
}
