import { Monitor, Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";
import { changePreferences } from "../../data/preferences.ts";
import { setTheme, type Theme, useTheme } from "../../data/theme.ts";
import { t } from "../../texts/account.ts";

const themes: { value: Theme; icon: ReactNode }[] = [
  { value: "system", icon: <Monitor size={17} aria-hidden /> },
  { value: "light", icon: <Sun size={17} aria-hidden /> },
  { value: "dark", icon: <Moon size={17} aria-hidden /> },
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
      <h2 id="appearance">{t.appearance.title}</h2>
      <fieldset className="choice">
        <legend className="visually-hidden">{t.appearance.colours}</legend>
        {themes.map(({ value, icon }) => (
          <label key={value} className="choice__one">
            <input type="radio" name="theme" value={value} checked={theme === value} onChange={() => choose(value)} />
            {icon}
            {value === "system" ? t.settings.sameAsDevice : t.appearance[value]}
          </label>
        ))}
      </fieldset>
    </section>
  );
}
