import type { NewFeedError, Notification } from "@newfeed/client";
import { countsIn } from "../counted.ts";
import { reasons } from "./reasons.ts";

const counted = countsIn("de");

/** For what only a program can do wrong. */
const ofPrograms = "Das hat nicht geklappt. Lade die Seite neu und versuche es noch einmal.";

/** The server's problems. */
export const problems: Record<NewFeedError["code"], string> = {
  network: "NewFeed ist nicht erreichbar.",
  validation_failed: "Etwas an deinen Angaben stimmt nicht.",
  malformed_json: ofPrograms,
  external_sign_in_failed: "Die Anmeldung wurde nicht abgeschlossen oder ist zu lange her. Fang noch einmal an.",
  link_invalid: "Dieser Link wurde schon benutzt oder ist zu alt. Fordere einen neuen an.",
  malformed_request: ofPrograms,
  unauthenticated: "Melde dich zuerst an.",
  invalid_credentials: "Diese Angaben stimmen nicht. Prüfe sie und versuche es noch einmal.",
  token_expired: "Deine Sitzung ist abgelaufen. Melde dich neu an.",
  second_factor_required: "Gib einen Code aus deiner Authenticator-App oder einen Wiederherstellungscode ein.",
  challenge_invalid: "Das hat zu lange gedauert, oder es waren zu viele Versuche. Melde dich neu an.",
  refresh_invalid: "Deine Sitzung ist abgelaufen. Melde dich neu an.",
  forbidden: "Das ist nicht erlaubt.",
  account_suspended: "Dein Konto ist gesperrt.",
  approval_pending: "Dein Konto muss noch freigegeben werden. Du bekommst dann eine E-Mail.",
  email_unverified: "Bestätige zuerst deine E-Mail-Adresse. Den Link findest du in deinem Postfach; in den Einstellungen bekommst du einen neuen.",
  insufficient_scope: "Dieses Token erlaubt das nicht.",
  step_up_required: "Bestätige zuerst, dass du es bist.",
  invite_invalid: "Diese Einladung gilt nicht: Vielleicht wurde sie schon benutzt oder ist zu alt.",
  registration_closed: "Hier kann man zurzeit kein Konto erstellen.",
  not_owner: "Das gehört jemand anderem.",
  comments_restricted: "Wer diesen Beitrag geschrieben hat, hat eingeschränkt, wer kommentieren darf.",
  cross_origin: ofPrograms,
  not_offered: "Das bietet diese Seite nicht an.",
  not_found: "Das gibt es nicht, oder nicht mehr.",
  method_not_allowed: ofPrograms,
  request_timeout: "Das hat zu lange gedauert. Versuche es noch einmal.",
  conflict: "Das geht so nicht: Es widerspricht dem, was schon da ist.",
  username_taken: "Dieser Benutzername ist vergeben.",
  email_taken: "Mit dieser E-Mail-Adresse gibt es schon ein Konto.",
  external_login_taken: "Diese Anmeldung ist mit einem anderen Konto verknüpft, oder deines hat schon eine solche.",
  last_sign_in: "Anders kommst du nicht in dein Konto. Lege zuerst ein Passwort fest.",
  idempotency_in_progress: "Das wird gerade schon erledigt.",
  payload_too_large: "Das ist zu groß.",
  quota_exceeded: "Dein Speicherplatz ist voll. Lösche zuerst etwas.",
  uri_too_long: ofPrograms,
  unsupported_media_type: "Diese Art von Datei geht hier nicht.",
  range_not_satisfiable: ofPrograms,
  idempotency_mismatch: ofPrograms,
  unprocessable_media: "Diese Datei lässt sich nicht verarbeiten.",
  headers_too_large: ofPrograms,
  rate_limited: "Zu viele Anfragen. Versuche es später noch einmal.",
  too_many_streams: "Zu viele offene Verbindungen. Schließe ein paar Tabs.",
  internal: "Bei uns ist etwas schiefgegangen.",
  provider_unavailable: "Die Seite, mit der du dich anmeldest, antwortet nicht. Versuche es gleich noch einmal.",
  bad_gateway: "NewFeed kann das gerade nicht. Versuche es gleich noch einmal.",
  service_unavailable: "NewFeed kann das gerade nicht. Versuche es gleich noch einmal.",
  upstream_timeout: "Das hat zu lange gedauert. Versuche es noch einmal.",
  loop_detected: ofPrograms,
};

/** The latest two of so many, and how many more there are. */
function and([first = "Jemand", second]: readonly string[], count: number, others: { one: string; other: string }): string {
  if (count <= 1) return first;
  if (second === undefined) return `${first} und ${counted(count - 1, others)}`;
  return count === 2 ? `${first} und ${second}` : `${first}, ${second} und ${counted(count - 2, others)}`;
}
/** In the dative, which “gefällt” takes. */
const dative = { one: "# weiteren Person", other: "# weiteren Personen" };
const nominative = { one: "# weitere Person", other: "# weitere Personen" };

const reasonOf = (outcome: string) => (reasons as Readonly<Record<string, string>>)[outcome] ?? "ein anderer Grund";

/** What a notification says; a neutral sentence for a type that only newer servers know. */
export function notificationOf(type: Notification["type"], names: readonly string[], count: number, _message = "", outcome = ""): string {
  const [who = "Jemand"] = names;
  switch (type) {
    case "new_comment":
      return `${and(names, count, nominative)} ${count > 1 ? "haben" : "hat"} deinen Beitrag kommentiert`;
    case "comment_reply":
      return `${who} hat auf deinen Kommentar geantwortet`;
    case "mention":
      return `${who} hat dich erwähnt`;
    case "post_liked":
      return `${and(names, count, dative)} gefällt dein Beitrag`;
    case "like_created":
      return `${and(names, count, dative)} gefällt dein Kommentar`;
    case "post_reposted":
      return `${and(names, count, nominative)} ${count > 1 ? "haben" : "hat"} deinen Beitrag geteilt`;
    case "post_quoted":
      return `${who} hat deinen Beitrag zitiert`;
    case "poll_ended":
      return names.length > 0 ? `Eine Umfrage von ${who} ist beendet` : "Deine Umfrage ist beendet";
    case "new_follower":
      return `${who} folgt dir`;
    case "follow_request":
      return `${who} möchte dir folgen`;
    case "follow_approved":
      return `${who} lässt dich folgen`;
    case "new_post":
      return `${who} hat etwas gepostet`;
    case "content_removed":
      return `Die Moderation hat etwas von dir entfernt: ${reasonOf(outcome)}`;
    case "content_restored":
      return "Etwas von dir ist wieder für andere da";
    case "warning":
      return `Die Moderation verwarnt dich: ${reasonOf(outcome)}`;
    case "appeal_resolved":
      return outcome === "accepted" ? "Deinem Einspruch wurde stattgegeben" : "Dein Einspruch wurde abgelehnt";
    case "report_resolved":
      return outcome === "accepted" ? "Die Moderation hat auf deine Meldung hin gehandelt" : "Was du gemeldet hast, verstößt gegen keine Regel";
    case "welcome":
      return "Willkommen bei NewFeed!";
    default:
      return "Du hast eine neue Mitteilung";
  }
}
