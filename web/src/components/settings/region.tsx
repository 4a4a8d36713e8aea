import { changePreferences, usePreferences } from "../../data/preferences.ts";
import { t } from "../../texts/account.ts";

const languages = [
  "ar",
  "cs",
  "da",
  "de",
  "el",
  "en",
  "en-GB",
  "es",
  "fi",
  "fr",
  "he",
  "hi",
  "hu",
  "id",
  "it",
  "ja",
  "ko",
  "nb",
  "nl",
  "pl",
  "pt",
  "pt-BR",
  "ro",
  "ru",
  "sv",
  "th",
  "tr",
  "uk",
  "vi",
  "zh-Hans",
  "zh-Hant",
];

/** What a language calls itself. */
const nameOf = (tag: string) => new Intl.DisplayNames([tag], { type: "language", fallback: "code" }).of(tag) ?? tag;
const timeZones = Intl.supportedValuesOf("timeZone");

/** Also what another client has chosen and this one does not offer. */
const withChosen = (all: readonly string[], chosen: string | null | undefined) => (chosen && !all.includes(chosen) ? [chosen, ...all] : all);

/** The language of the page and of dates, and their time zone. */
export function Region() {
  const preferences = usePreferences();
  return (
    <section className="card settings__part" aria-labelledby="region">
      <h2 id="region">{t.region.title}</h2>
      <p>{t.region.text}</p>
      <div className="field">
        <label htmlFor="language">{t.region.language}</label>
        <select
          id="language"
          disabled={!preferences}
          value={preferences?.language ?? ""}
          onChange={(event) => void changePreferences({ language: event.target.value || null })}
        >
          <option value="">{t.settings.sameAsDevice}</option>
          {withChosen(languages, preferences?.language).map((tag) => (
            <option key={tag} value={tag} lang={tag}>
              {nameOf(tag)}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor="time-zone">{t.region.timeZone}</label>
        <select
          id="time-zone"
          disabled={!preferences}
          value={preferences?.timeZone ?? ""}
          onChange={(event) => void changePreferences({ timeZone: event.target.value || null })}
        >
          <option value="">{t.settings.sameAsDevice}</option>
          {withChosen(timeZones, preferences?.timeZone).map((name) => (
            <option key={name} value={name}>
              {name.replaceAll("_", " ")}
            </option>
          ))}
        </select>
      </div>
    </section>
  );
}
