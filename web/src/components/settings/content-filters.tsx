import { useState } from "react";
import { changePreferences, usePreferences } from "../../data/preferences.ts";
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
    say("Your filters are saved.");
  });
  return (
    <section className="card settings__part" aria-labelledby="content-filters">
      <h2 id="content-filters">Content filters</h2>
      <form className="settings__form" onSubmit={submit}>
        <div className="field">
          <label htmlFor="filtered-words">Words and phrases, one on each line</label>
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
            Posts and comments of others that contain one are hidden until you ask for them.
          </p>
        </div>
        <button type="submit" className="button button--quiet" disabled={busy || changed === null}>
          Save
        </button>
      </form>
    </section>
  );
}
