/** The languages that NewFeed speaks, on its pages and in mails; the first one is for everyone else. */
export const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

/** The language that a browser asks for (RFC 9110, section 12.5.4), of those that NewFeed speaks. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? "")
    .slice(0, 200)
    .split(",")
    .map((item) => {
      const [range = "", ...parameters] = item.trim().toLowerCase().split(";");
      const quality = Number(parameters.find((parameter) => parameter.trim().startsWith("q="))?.split("=")[1] ?? 1);
      return { primary: range.trim().split("-")[0], quality: Number.isFinite(quality) ? quality : 0 };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { primary } of wanted) {
    const found = languages.find((language) => language === primary);
    if (found) return found;
  }
  return languages[0];
}
