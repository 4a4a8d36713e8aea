import { countsIn } from "../counted.ts";
import type { Texts } from "../en.ts";
import { notificationOf, problems } from "./server.ts";

const counted = countsIn("de");

/** What is wrong with a field, by its name: the server says it in English. */
const fields: Record<string, string> = {
  username: "Dieser Benutzername ist vergeben oder nicht erlaubt.",
  email: "Diese E-Mail-Adresse ist vergeben oder nicht gültig.",
  password: "Dieses Passwort ist nicht erlaubt: Es ist zu kurz, zu lang oder zu leicht zu erraten.",
  current: "Das bisherige Passwort ist falsch.",
  inviteCode: "Diese Einladung gilt nicht.",
  code: "Dieser Code ist falsch.",
};

export const writing = {
  composer: {
    label: "Beitrag schreiben",
    placeholder: "Was gibt’s Neues?",
    files: "Angehängte Dateien",
    add: "Bilder oder Videos hinzufügen",
    drop: "Bilder oder Videos hier ablegen",
    remove: (name) => `${name} entfernen`,
    uploading: "Wird hochgeladen …",
    uploadingFile: (name) => `${name} wird hochgeladen`,
    stillUploading: "Die Dateien werden noch hochgeladen.",
    notUploaded: (name) => `${name} wurde nicht hochgeladen. Entferne die Datei oder füge sie noch einmal hinzu.`,
    refusedFiles: "Nur Bilder (JPG, PNG, GIF, WebP) und Videos (MP4, WebM, MOV), höchstens zehn.",
    nothing: "Schreib etwas oder füge ein Bild hinzu.",
    tooLong: (count) => `Kürze den Text um ${counted(count, { other: "# Zeichen" })}.`,
    audience: "Wer diesen Beitrag sehen kann",
    everyone: "Alle",
    followers: "Follower",
    post: "Posten",
    published: "Dein Beitrag ist veröffentlicht.",
  },
  writeComment: {
    label: "Kommentar schreiben",
    replyTo: (name) => `${name} antworten`,
    replyToDeleted: "Auf diesen Kommentar antworten",
    nothing: "Schreib zuerst etwas.",
    send: "Senden",
  },
  editing: {
    post: "Beitrag bearbeiten",
    comment: "Kommentar bearbeiten",
    text: "Text",
    discard: "Änderungen verwerfen",
    profile: "Profil bearbeiten",
    name: "Name",
    about: "Über dich",
    avatar: "Dein Bild",
    chooseAvatar: "Bild auswählen",
    removeAvatar: "Bild entfernen",
    header: "Das Bild über deinem Profil",
    chooseHeader: "Titelbild auswählen",
    removeHeader: "Titelbild entfernen",
    crop: "Was vom Bild gezeigt wird: ziehen oder mit den Pfeiltasten verschieben",
    zoom: "Vergrößern",
    unreadable: "Dieses Bild ist nicht lesbar. Nimm ein JPG, PNG, GIF oder WebP.",
  },
  shortcuts: {
    title: "Tastenkürzel",
    letters: "Buchstaben als Tastenkürzel verwenden",
    next: "Nächster Beitrag oder Kommentar",
    previous: "Vorheriger Beitrag oder Kommentar",
    open: "Beitrag öffnen",
    like: "Liken oder das Like zurücknehmen",
    reply: "Antworten",
    write: "Beitrag schreiben",
    search: "Suchen",
    help: "Diese Tastenkürzel anzeigen",
    nextPost: "Nächster Beitrag, in einer Liste von Beiträgen",
    previousPost: "Vorheriger Beitrag, in einer Liste von Beiträgen",
    afterList: "Hinter die Liste",
    beforeList: "Vor die Liste",
  },
  problems: {
    unknown: "Etwas ist schiefgegangen. Versuche es noch einmal.",
    network: "NewFeed ist nicht erreichbar. Prüfe deine Verbindung und versuche es dann noch einmal.",
    rateLimited: (wait) => `Zu viele Anfragen. Versuche es in ${wait} noch einmal.`,
    seconds: (count) => counted(count, { one: "# Sekunde", other: "# Sekunden" }),
    minutes: (count) => counted(count, { one: "# Minute", other: "# Minuten" }),
    server: "NewFeed kann das gerade nicht. Versuche es gleich noch einmal.",
  },
  server: {
    problem: (code) => problems[code] ?? "Das hat nicht geklappt. Versuche es noch einmal.",
    field: (name) => fields[name] ?? "Diese Angabe ist nicht gültig.",
    notification: notificationOf,
  },
  passkeyProblems: {
    cancelled: "Kein Passkey verwendet: Der Vorgang wurde abgebrochen oder hat zu lange gedauert.",
    known: "Dieses Gerät hat schon einen Passkey für dein Konto.",
    wrongAddress: "An dieser Adresse funktionieren Passkeys nicht.",
  },
} satisfies Partial<Texts>;
