/** A text with `#` for the number, by CLDR's plural categories: a language needs those of its `Intl.PluralRules`. */
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** Texts with a count, in a language. More than `most` is shown as `99+`. */
export function countsIn(language: string): (count: number, forms: Forms, most?: number) => string {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (count, forms, most = Number.POSITIVE_INFINITY) => {
    const number = count > most ? `${numbers.format(most)}+` : numbers.format(count);
    return (forms[rules.select(count)] ?? forms.other).replace("#", number);
  };
}
