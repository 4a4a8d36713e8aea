import type { AccountTexts } from "../en.ts";

export const unpublished = {
  unpublished: {
    title: "Noch nicht veröffentlicht",
    more: "Mehr",
    addLocation: "Ort hinzufügen",
    isScheduled: "Dein Beitrag ist geplant.",
    scheduled: "Geplante Beiträge",
    noScheduled: "Nichts geplant",
    noScheduledHint: "Schreib einen Beitrag und wähle hinter dem Pluszeichen „Später veröffentlichen“.",
    willBePublished: (when) => `Wird veröffentlicht: ${when}`,
    removeLocation: "Ort entfernen",
    locationPlaceholder: "Wo bist du?",
    changeTime: "Zeit ändern",
    atOnce: "Doch sofort veröffentlichen",
    pickTitle: "Später veröffentlichen",
    pickLabel: "Wann",
    zone: (zone) => `In deiner Zeitzone: ${zone}`,
    choose: "Auswählen",
    tooEarly: "Wähle einen Zeitpunkt, der noch kommt.",
    tooLate: "Wähle einen Zeitpunkt innerhalb eines Jahres.",
    publishNow: "Jetzt veröffentlichen",
    published: "Dein Beitrag ist veröffentlicht.",
    notPublished: "Dein Beitrag wurde nicht veröffentlicht.",
    deleteTitle: "Diesen geplanten Beitrag löschen?",
    deleteText: "Er wird nicht veröffentlicht.",
  },
} satisfies Partial<AccountTexts>;
