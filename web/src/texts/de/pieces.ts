import { countsIn } from "../counted.ts";
import type { pieces as english } from "../en/pieces.ts";

const counted = countsIn("de");

export const pieces: typeof english = {
  poll: {
    label: "Umfrage",
    add: "Umfrage hinzufügen",
    result: "Ergebnis der Umfrage",
    vote: "Abstimmen",
    chooseFirst: "Wähle zuerst eine Antwort.",
    voted: "Deine Stimme ist gezählt.",
    voteFailed: "Deine Stimme wurde nicht gezählt.",
    yourVote: "deine Stimme",
    showResult: "Ergebnis zeigen",
    showOptions: "Zurück zu den Antworten",
    votes: (count) => counted(count, { one: "# Stimme", other: "# Stimmen" }),
    until: (time) => `bis ${time}`,
    ended: (time) => `beendet ${time}`,
    lasts: (duration) => `nach der Veröffentlichung ${duration} lang`,
    option: (place) => `Antwort ${place}`,
    addOption: "Antwort hinzufügen",
    removeOption: (place) => `Antwort ${place} entfernen`,
    duration: "Dauer",
    remove: "Umfrage entfernen",
    stays: "Für die Umfrage wurde schon abgestimmt, deshalb bleibt sie, wie sie ist.",
    beginsAgain: "Wenn du die Umfrage änderst, beginnt ihre Zeit von vorn.",
  },
  emoji: {
    add: "Emoji einfügen",
    search: "Emojis suchen",
    groups: "Arten von Emojis",
    found: (count) => counted(count, { one: "# Emoji", other: "# Emojis" }),
    none: "Kein Emoji heißt so.",
  },
  emojiGroups: {
    recent: "Zuletzt benutzt",
    smileys: "Smileys und Gefühle",
    people: "Menschen",
    nature: "Tiere und Natur",
    food: "Essen und Trinken",
    travel: "Reisen und Orte",
    activities: "Aktivitäten",
    objects: "Gegenstände",
    symbols: "Symbole",
    flags: "Flaggen",
  },
};
