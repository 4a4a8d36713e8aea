import { useState } from "react";
import { changePreferences, usePreferences } from "../../data/preferences.ts";
import { t } from "../../texts/account.ts";
import { useForm } from "../form.tsx";
import { say } from "../toasts.tsx";

const wordsIn = (text: string) =>
  text
    .split("\n")
    .map((word) => word.trim())
    .filter(Boolean);

/** Words that hide what contains them from the user. */
export function ContentFilters() {
  const words = usePreferences()?.contentFilters.words;
  const [changed, setChanged] = useState<string | null>(null);
  const { busy, submit } = useForm(async () => {
    if (changed === null || !(await changePreferences({ contentFilters: { words: wordsIn(changed) } }))) return;
    setChanged(null);
    say(t.filters.saved);
  });
  return (
    <section className="card settings__part" aria-labelledby="content-filters">
      <h2 id="content-filters">{t.filters.title}</h2>
      <form className="settings__form" onSubmit={submit}>
        <div className="field">
          <label htmlFor="filtered-words">{t.filters.words}</label>
          <textarea
            id="filtered-words"
            rows={4}
            dir="auto"
            disabled={words === undefined}
            aria-describedby="filtered-words-hint"
            value={changed ?? words?.join("\n") ?? ""}
            onChange={(event) => setChanged(event.target.value)}
          />
          <p id="filtered-words-hint" className="field__hint">
            {t.filters.hint}
          </p>
        </div>
        <button type="submit" className="button button--quiet" disabled={busy || changed === null}>
          {t.common.save}
        </button>
      </form>
    </section>
  );
}
