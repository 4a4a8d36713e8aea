import type { Audience } from "@newfeed/client";
import { changePreferences, usePreferences } from "../../data/preferences.ts";
import { t } from "../../texts/account.ts";

const audiences: readonly Audience[] = ["everyone", "following", "nobody"];

/** Who may comment on the user's posts, and who may mention them. */
export function Interactions() {
  const preferences = usePreferences();
  return (
    <section className="card settings__part" aria-labelledby="interactions">
      <h2 id="interactions">{t.interactions.title}</h2>
      <Choice
        name="whoMayComment"
        legend={t.interactions.comment}
        chosen={preferences?.whoMayComment}
        choose={(whoMayComment) => void changePreferences({ whoMayComment })}
      />
      <Choice
        name="whoMayMention"
        legend={t.interactions.mention}
        chosen={preferences?.whoMayMention}
        choose={(whoMayMention) => void changePreferences({ whoMayMention })}
      />
    </section>
  );
}

interface ChoiceProps {
  name: string;
  legend: string;
  chosen: Audience | undefined;
  choose: (audience: Audience) => void;
}

const Choice = ({ name, legend, chosen, choose }: ChoiceProps) => (
  <fieldset className="choice" disabled={chosen === undefined}>
    <legend>{legend}</legend>
    {audiences.map((value) => (
      <label key={value} className="choice__one">
        <input type="radio" name={name} value={value} checked={chosen === value} onChange={() => choose(value)} />
        {t.interactions[value]}
      </label>
    ))}
  </fieldset>
);
