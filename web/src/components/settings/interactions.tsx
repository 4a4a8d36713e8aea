import type { Audience } from "@newfeed/client";
import { changePreferences, usePreferences } from "../../data/preferences.ts";

const audiences: { value: Audience; label: string }[] = [
  { value: "everyone", label: "Everyone" },
  { value: "following", label: "People you follow" },
  { value: "nobody", label: "Nobody" },
];

/** Who may comment on the user's posts, and who may mention them. */
export function Interactions() {
  const preferences = usePreferences();
  return (
    <section className="card settings__part" aria-labelledby="interactions">
      <h2 id="interactions">Comments and mentions</h2>
      <Choice
        name="whoMayComment"
        legend="Who may comment on your posts"
        chosen={preferences?.whoMayComment}
        choose={(whoMayComment) => void changePreferences({ whoMayComment })}
      />
      <Choice
        name="whoMayMention"
        legend="Whose mentions notify you"
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
    {audiences.map(({ value, label }) => (
      <label key={value} className="choice__one">
        <input type="radio" name={name} value={value} checked={chosen === value} onChange={() => choose(value)} />
        {label}
      </label>
    ))}
  </fieldset>
);
