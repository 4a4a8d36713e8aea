import type { Language } from "@newfeed/shared/contracts/languages.ts";
import type { MailText } from "@newfeed/shared/ports/mail-layout.ts";

/** What the texts of mails are made with. */
export interface MailFacts {
  /** Of the installation. */
  site: string;
  siteUrl: string;
  username: string;
  /** The address that a mail is about. */
  address: string;
  /** Where the mail has a link: it holds a token. */
  link: string;
}

/** Every mail that is sent. The names stand in the database. */
export const mailKinds = [
  /** A link that verifies the address of an account. */
  "verify_address",
  /** To the owner of an account: another one has been given its address. */
  "address_in_use",
  /** A link that sets a new password. */
  "reset_password",
  "password_changed",
  /** To the present address: another one has been asked for. */
  "address_change_requested",
  /** To the new address: a link that confirms it. */
  "confirm_new_address",
  /** To the former address. */
  "address_changed",
  /** A program may sign in as the user from now on. */
  "token_created",
  "second_factor_on",
  "second_factor_off",
  "recovery_codes_renewed",
  /** A passkey signs in as the user from now on. */
  "passkey_added",
  "passkey_removed",
  /** An account elsewhere signs in as the user from now on. */
  "login_linked",
  "login_unlinked",
  /** A program elsewhere did not take what it was to be told for days; `address` is where it is. */
  "webhook_disabled",
  /** To one who asked for an account. */
  "account_approved",
  "account_refused",
  /** Nothing of a deleted account is left anywhere; `address` is the username that it had. */
  "account_deleted",
] as const;
export type MailKind = (typeof mailKinds)[number];

type Texts = Record<MailKind, (facts: MailFacts) => MailText>;

const english: Texts = {
  verify_address: ({ site, username, link }) => ({
    subject: `Confirm your e-mail address for ${site}`,
    paragraphs: [`The account @${username} has this e-mail address. Confirm that it is yours.`],
    action: { label: "Confirm the address", url: link },
    notes: ["The link works once, for 30 minutes.", `If you have no account @${username}, ignore this mail: nothing happens without your confirmation.`],
  }),
  address_in_use: ({ site, siteUrl, username }) => ({
    subject: `You already have an account at ${site}`,
    paragraphs: [
      "This e-mail address was entered for another account. It stays with yours:",
      `@${username}`,
      `If that was you, sign in with your account. Forgot your password? You can set a new one at ${siteUrl}/forgot-password`,
    ],
    notes: ["If it was not you, there is nothing to do."],
  }),
  reset_password: ({ site, username, link }) => ({
    subject: `Set a new password for ${site}`,
    paragraphs: [`A new password was requested for your account @${username}.`],
    action: { label: "Set a new password", url: link },
    notes: ["The link works once, for 30 minutes.", "If you did not request this, ignore this mail: your password stays as it is."],
  }),
  password_changed: ({ site, siteUrl, username }) => ({
    subject: `Your password for ${site} was changed`,
    paragraphs: [`The password of your account @${username} was changed, and other devices were signed out.`],
    notes: [`If you did not do this, set a new password now: ${siteUrl}/forgot-password`],
  }),
  address_change_requested: ({ site, siteUrl, username, address }) => ({
    subject: `A new e-mail address for your account at ${site}`,
    paragraphs: [`The e-mail address of your account @${username} is being changed to ${address}. The change takes effect once that address is confirmed.`],
    notes: [`If you did not request this, set a new password now: ${siteUrl}/forgot-password`],
  }),
  confirm_new_address: ({ site, username, link }) => ({
    subject: `Confirm your new e-mail address for ${site}`,
    paragraphs: [`The account @${username} is being changed to this e-mail address. Confirm that it is yours.`],
    action: { label: "Confirm the new address", url: link },
    notes: ["The link works once, for 30 minutes.", "If you did not request this, ignore this mail: nothing changes."],
  }),
  address_changed: ({ site, username, address }) => ({
    subject: `Your e-mail address at ${site} was changed`,
    paragraphs: [`The account @${username} now has the e-mail address ${address}. Mails no longer go to this one.`],
    notes: ["If you did not do this, contact the people who run this site."],
  }),
  token_created: ({ site, siteUrl, username }) => ({
    subject: `A new API token for your account at ${site}`,
    paragraphs: [`A token was created with which a program can sign in as @${username}. All your tokens are listed in your settings: ${siteUrl}/settings`],
    notes: [`If you did not do this, revoke it there, and set a new password now: ${siteUrl}/forgot-password`],
  }),
  webhook_disabled: ({ site, siteUrl, username, address }) => ({
    subject: `A webhook of your account at ${site} was disabled`,
    paragraphs: [
      `For days, ${address} has not taken what it was to be told for your account @${username}. It is not called any more.`,
      "Once it works again, enable the webhook: it gets what waits for it, up to two weeks back.",
    ],
    notes: [`If you no longer need it, there is nothing to do. Your site: ${siteUrl}`],
  }),
  second_factor_on: ({ site, siteUrl, username }) => ({
    subject: `Your account at ${site} has a second factor`,
    paragraphs: [
      `From now on, signing in as @${username} asks for a code from your authenticator app. Keep your recovery codes where you can find them without it.`,
    ],
    notes: [`If you did not do this, set a new password now: ${siteUrl}/forgot-password`],
  }),
  second_factor_off: ({ site, siteUrl, username }) => ({
    subject: `The second factor of your account at ${site} is off`,
    paragraphs: [`From now on, signing in as @${username} asks for the password alone.`],
    notes: [`If you did not do this, set a new password now: ${siteUrl}/forgot-password`],
  }),
  recovery_codes_renewed: ({ site, siteUrl, username }) => ({
    subject: `New recovery codes for your account at ${site}`,
    paragraphs: [`New recovery codes were created for your account @${username}. The old ones no longer work.`],
    notes: [`If you did not do this, set a new password now: ${siteUrl}/forgot-password`],
  }),
  passkey_added: ({ site, siteUrl, username }) => ({
    subject: `A new passkey for your account at ${site}`,
    paragraphs: [`A passkey was added with which you can sign in as @${username}. All your passkeys are listed in your settings: ${siteUrl}/settings`],
    notes: [`If you did not do this, set a new password now, and remove the passkey in your settings: ${siteUrl}/forgot-password`],
  }),
  passkey_removed: ({ site, siteUrl, username }) => ({
    subject: `A passkey of your account at ${site} was removed`,
    paragraphs: [`A passkey with which you could sign in as @${username} was removed. The others are listed in your settings: ${siteUrl}/settings`],
    notes: [`If you did not do this, set a new password now: ${siteUrl}/forgot-password`],
  }),
  login_linked: ({ site, siteUrl, username }) => ({
    subject: `A new way to sign in to your account at ${site}`,
    paragraphs: [
      `An account at another site was linked, with which you can sign in as @${username}. All of them are listed in your settings: ${siteUrl}/settings`,
    ],
    notes: [`If you did not do this, set a new password now, and unlink the account in your settings: ${siteUrl}/forgot-password`],
  }),
  login_unlinked: ({ site, siteUrl, username }) => ({
    subject: `A way to sign in to your account at ${site} was removed`,
    paragraphs: [`An account at another site can no longer be used to sign in as @${username}. The others are listed in your settings: ${siteUrl}/settings`],
    notes: [`If you did not do this, set a new password now: ${siteUrl}/forgot-password`],
  }),
  account_approved: ({ site, siteUrl, username }) => ({
    subject: `Your account at ${site} is approved`,
    paragraphs: [`The account @${username}, requested with this e-mail address, is approved. You can sign in now: ${siteUrl}/login`],
    notes: ["If you did not request it, there is nothing to do."],
  }),
  account_refused: ({ site }) => ({
    subject: `Your account at ${site} is not approved`,
    paragraphs: [
      "An account was requested with this e-mail address. The people who run this site did not approve it, and everything entered has been deleted.",
    ],
    notes: ["If you did not request it, there is nothing to do."],
  }),
  account_deleted: ({ site, address }) => ({
    subject: `Your account at ${site} is deleted`,
    paragraphs: [
      `The account @${address} was deleted, and all that belonged to it: posts, comments, likes, follows, messages of its inbox, and uploads.`,
      "Backups hold it until they are replaced. This is the last mail about it: your address is deleted with it.",
    ],
    notes: ["If you did not do this, contact the people who run this site."],
  }),
};

const german: Texts = {
  verify_address: ({ site, username, link }) => ({
    subject: `Bestätige deine E-Mail-Adresse für ${site}`,
    paragraphs: [`Das Konto @${username} hat diese E-Mail-Adresse. Bestätige, dass sie dir gehört.`],
    action: { label: "Adresse bestätigen", url: link },
    notes: [
      "Der Link gilt einmal, 30 Minuten lang.",
      `Wenn du kein Konto @${username} hast, kannst du diese Nachricht ignorieren: ohne deine Bestätigung geschieht nichts.`,
    ],
  }),
  address_in_use: ({ site, siteUrl, username }) => ({
    subject: `Du hast schon ein Konto bei ${site}`,
    paragraphs: [
      "Diese E-Mail-Adresse wurde für ein anderes Konto eingegeben. Sie bleibt bei deinem:",
      `@${username}`,
      `Wenn du das warst, melde dich mit deinem Konto an. Passwort vergessen? Ein neues bekommst du unter ${siteUrl}/forgot-password`,
    ],
    notes: ["Wenn du es nicht warst, musst du nichts tun."],
  }),
  reset_password: ({ site, username, link }) => ({
    subject: `Ein neues Passwort für ${site}`,
    paragraphs: [`Für dein Konto @${username} wurde ein neues Passwort angefordert.`],
    action: { label: "Neues Passwort festlegen", url: link },
    notes: [
      "Der Link gilt einmal, 30 Minuten lang.",
      "Wenn du es nicht angefordert hast, kannst du diese Nachricht ignorieren: dein Passwort bleibt, wie es ist.",
    ],
  }),
  password_changed: ({ site, siteUrl, username }) => ({
    subject: `Dein Passwort für ${site} wurde geändert`,
    paragraphs: [`Das Passwort deines Kontos @${username} wurde geändert, und andere Geräte wurden abgemeldet.`],
    notes: [`Wenn du das nicht warst, lege jetzt ein neues Passwort fest: ${siteUrl}/forgot-password`],
  }),
  address_change_requested: ({ site, siteUrl, username, address }) => ({
    subject: `Eine neue E-Mail-Adresse für dein Konto bei ${site}`,
    paragraphs: [`Die E-Mail-Adresse deines Kontos @${username} soll auf ${address} geändert werden. Das geschieht, sobald die neue Adresse bestätigt ist.`],
    notes: [`Wenn du das nicht warst, lege jetzt ein neues Passwort fest: ${siteUrl}/forgot-password`],
  }),
  confirm_new_address: ({ site, username, link }) => ({
    subject: `Bestätige deine neue E-Mail-Adresse für ${site}`,
    paragraphs: [`Das Konto @${username} soll diese E-Mail-Adresse bekommen. Bestätige, dass sie dir gehört.`],
    action: { label: "Neue Adresse bestätigen", url: link },
    notes: ["Der Link gilt einmal, 30 Minuten lang.", "Wenn du das nicht angefordert hast, kannst du diese Nachricht ignorieren: es ändert sich nichts."],
  }),
  address_changed: ({ site, username, address }) => ({
    subject: `Deine E-Mail-Adresse bei ${site} wurde geändert`,
    paragraphs: [`Das Konto @${username} hat jetzt die E-Mail-Adresse ${address}. Nachrichten gehen nicht mehr an diese hier.`],
    notes: ["Wenn du das nicht warst, wende dich an die Betreiber dieser Seite."],
  }),
  token_created: ({ site, siteUrl, username }) => ({
    subject: `Ein neues API-Token für dein Konto bei ${site}`,
    paragraphs: [
      `Es wurde ein Token erstellt, mit dem sich ein Programm als @${username} anmelden kann. Alle Tokens findest du in deinen Einstellungen: ${siteUrl}/settings`,
    ],
    notes: [`Wenn du das nicht warst, widerrufe es dort und lege jetzt ein neues Passwort fest: ${siteUrl}/forgot-password`],
  }),
  webhook_disabled: ({ site, siteUrl, username, address }) => ({
    subject: `Ein Webhook deines Kontos bei ${site} wurde abgeschaltet`,
    paragraphs: [
      `${address} hat tagelang nicht angenommen, was es für dein Konto @${username} erfahren sollte. Es wird nicht mehr aufgerufen.`,
      "Sobald es wieder geht, schalte den Webhook ein: Er bekommt, was auf ihn wartet, bis zu zwei Wochen zurück.",
    ],
    notes: [`Wenn du ihn nicht mehr brauchst, ist nichts zu tun. Zur Website: ${siteUrl}`],
  }),
  second_factor_on: ({ site, siteUrl, username }) => ({
    subject: `Dein Konto bei ${site} hat einen zweiten Faktor`,
    paragraphs: [
      `Wer sich als @${username} anmeldet, braucht ab jetzt einen Code aus deiner Authenticator-App. Bewahre deine Wiederherstellungscodes dort auf, wo du sie auch ohne die App findest.`,
    ],
    notes: [`Wenn du das nicht warst, lege jetzt ein neues Passwort fest: ${siteUrl}/forgot-password`],
  }),
  second_factor_off: ({ site, siteUrl, username }) => ({
    subject: `Der zweite Faktor deines Kontos bei ${site} ist aus`,
    paragraphs: [`Wer sich als @${username} anmeldet, braucht ab jetzt nur das Passwort.`],
    notes: [`Wenn du das nicht warst, lege jetzt ein neues Passwort fest: ${siteUrl}/forgot-password`],
  }),
  recovery_codes_renewed: ({ site, siteUrl, username }) => ({
    subject: `Neue Wiederherstellungscodes für dein Konto bei ${site}`,
    paragraphs: [`Für dein Konto @${username} wurden neue Wiederherstellungscodes erstellt. Die bisherigen gelten nicht mehr.`],
    notes: [`Wenn du das nicht warst, lege jetzt ein neues Passwort fest: ${siteUrl}/forgot-password`],
  }),
  passkey_added: ({ site, siteUrl, username }) => ({
    subject: `Ein neuer Passkey für dein Konto bei ${site}`,
    paragraphs: [
      `Es wurde ein Passkey hinzugefügt, mit dem man sich als @${username} anmelden kann. Alle Passkeys findest du in deinen Einstellungen: ${siteUrl}/settings`,
    ],
    notes: [`Wenn du das nicht warst, lege jetzt ein neues Passwort fest und entferne den Passkey in deinen Einstellungen: ${siteUrl}/forgot-password`],
  }),
  passkey_removed: ({ site, siteUrl, username }) => ({
    subject: `Ein Passkey deines Kontos bei ${site} wurde entfernt`,
    paragraphs: [
      `Ein Passkey, mit dem man sich als @${username} anmelden konnte, wurde entfernt. Die übrigen findest du in deinen Einstellungen: ${siteUrl}/settings`,
    ],
    notes: [`Wenn du das nicht warst, lege jetzt ein neues Passwort fest: ${siteUrl}/forgot-password`],
  }),
  login_linked: ({ site, siteUrl, username }) => ({
    subject: `Eine neue Art, dich bei ${site} anzumelden`,
    paragraphs: [
      `Ein Konto bei einem anderen Anbieter wurde verknüpft, mit dem man sich als @${username} anmelden kann. Alle findest du in deinen Einstellungen: ${siteUrl}/settings`,
    ],
    notes: [`Wenn du das nicht warst, lege jetzt ein neues Passwort fest und löse die Verknüpfung in deinen Einstellungen: ${siteUrl}/forgot-password`],
  }),
  login_unlinked: ({ site, siteUrl, username }) => ({
    subject: `Eine Art, dich bei ${site} anzumelden, wurde entfernt`,
    paragraphs: [
      `Mit einem Konto bei einem anderen Anbieter kann man sich nicht mehr als @${username} anmelden. Die übrigen findest du in deinen Einstellungen: ${siteUrl}/settings`,
    ],
    notes: [`Wenn du das nicht warst, lege jetzt ein neues Passwort fest: ${siteUrl}/forgot-password`],
  }),
  account_approved: ({ site, siteUrl, username }) => ({
    subject: `Dein Konto bei ${site} ist freigegeben`,
    paragraphs: [`Das Konto @${username}, das mit dieser E-Mail-Adresse beantragt wurde, ist freigegeben. Du kannst dich jetzt anmelden: ${siteUrl}/login`],
    notes: ["Wenn du es nicht beantragt hast, musst du nichts tun."],
  }),
  account_refused: ({ site }) => ({
    subject: `Dein Konto bei ${site} wurde nicht freigegeben`,
    paragraphs: [
      "Mit dieser E-Mail-Adresse wurde ein Konto beantragt. Die Betreiber dieser Seite haben es nicht freigegeben; die eingegebenen Daten sind gelöscht.",
    ],
    notes: ["Wenn du es nicht beantragt hast, musst du nichts tun."],
  }),
  account_deleted: ({ site, address }) => ({
    subject: `Dein Konto bei ${site} ist gelöscht`,
    paragraphs: [
      `Das Konto @${address} wurde gelöscht und alles, was dazugehörte: Beiträge, Kommentare, Likes, wem es folgte, Benachrichtigungen und hochgeladene Dateien.`,
      "Sicherungskopien enthalten es, bis sie ersetzt werden. Dies ist die letzte Nachricht dazu: Mit ihr wird deine Adresse gelöscht.",
    ],
    notes: ["Wenn du das nicht warst, wende dich an die Betreiber dieser Seite."],
  }),
};

/** The catalogue of texts, by language and kind. */
export const mailTexts: Record<Language, Texts> = { en: english, de: german };
