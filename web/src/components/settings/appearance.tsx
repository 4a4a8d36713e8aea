import { Monitor, Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";
import { changePreferences } from "../../data/preferences.ts";
import { setTheme, type Theme, useTheme } from "../../data/theme.ts";

const themes: { value: Theme; label: string; icon: ReactNode }[] = [
  { value: "system", label: "Same as device", icon: <Monitor size={17} aria-hidden /> },
  { value: "light", label: "Light", icon: <Sun size={17} aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon size={17} aria-hidden /> },
];

/** The theme, which the account keeps for all devices. */
export function Appearance() {
  const theme = useTheme();
  function choose(value: Theme) {
    setTheme(value);
    void changePreferences({ theme: value });
  }
  return (
    <section className="card settings__part" aria-labelledby="appearance">
      <h2 id="appearance">Appearance</h2>
      <fieldset className="choice">
        <legend className="visually-hidden">Colours</legend>
        {themes.map(({ value, label, icon }) => (
          <label key={value} className="choice__one">
            <input type="radio" name="theme" value={value} checked={theme === value} onChange={() => choose(value)} />
            {icon}
            {label}
          </label>
        ))}
      </fieldset>
    </section>
  );
}
