import type { Language } from "@newfeed/shared/contracts/languages.ts";
import { notificationTexts } from "@newfeed/shared/contracts/notification-texts.ts";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import type { MailText, Site } from "@newfeed/shared/ports/mail-layout.ts";

/** A notification as a mail tells it. */
export interface Told {
  type: string;
  actors: readonly { username: string; fullName: string }[];
  count: number;
  subject: { postId: string | null; commentId: string | null };
  excerpt: string | null;
}

/** What mails say beside what has happened. */
interface MailWords {
  open: string;
  openAll: string;
  settings: (url: string) => string;
  /** Of a type. */
  unsubscribe: Readonly<Record<string, string>> & { other: string };
  unsubscribeAll: string;
  digest: (site: string, count: number) => string;
  more: string;
}

const words: Record<Language, MailWords> = {
  en: {
    open: "Open it",
    openAll: "All notifications",
    settings: (url) => `What comes by mail, and when, you choose in your settings: ${url}`,
    unsubscribe: {
      new_comment: "No more mails about comments on your posts",
      comment_reply: "No more mails about replies to your comments",
      mention: "No more mails about mentions of you",
      post_liked: "No more mails about likes of your posts",
      like_created: "No more mails about likes of your comments",
      post_reposted: "No more mails about reposts of your posts",
      post_quoted: "No more mails about quotes of your posts",
      poll_ended: "No more mails about polls that have ended",
      new_follower: "No more mails about new followers",
      follow_request: "No more mails about requests to follow you",
      follow_approved: "No more mails about requests that were granted",
      new_post: "No more mails about new posts",
      other: "No more mails like this one",
    },
    unsubscribeAll: "No more mails of notifications",
    digest: (site, count) => (count === 1 ? `A notification from ${site}` : `${count} notifications from ${site}`),
    more: "There is more in your notifications.",
  },
  de: {
    open: "Ansehen",
    openAll: "Alle Mitteilungen",
    settings: (url) => `Was per E-Mail kommt, und wann, wählst du in den Einstellungen: ${url}`,
    unsubscribe: {
      new_comment: "Keine E-Mails mehr über Kommentare zu deinen Beiträgen",
      comment_reply: "Keine E-Mails mehr über Antworten auf deine Kommentare",
      mention: "Keine E-Mails mehr über Erwähnungen",
      post_liked: "Keine E-Mails mehr über Likes für deine Beiträge",
      like_created: "Keine E-Mails mehr über Likes für deine Kommentare",
      post_reposted: "Keine E-Mails mehr über geteilte Beiträge",
      post_quoted: "Keine E-Mails mehr über Zitate deiner Beiträge",
      poll_ended: "Keine E-Mails mehr über beendete Umfragen",
      new_follower: "Keine E-Mails mehr über neue Follower",
      follow_request: "Keine E-Mails mehr über Anfragen, dir zu folgen",
      follow_approved: "Keine E-Mails mehr über angenommene Anfragen",
      new_post: "Keine E-Mails mehr über neue Beiträge",
      other: "Keine solchen E-Mails mehr",
    },
    unsubscribeAll: "Keine E-Mails mehr über Mitteilungen",
    digest: (site, count) => (count === 1 ? `Eine Mitteilung von ${site}` : `${count} Mitteilungen von ${site}`),
    more: "In deinen Mitteilungen steht noch mehr.",
  },
};

/** Others' names are data: a line break would end a subject. */
const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();

function sentenceOf(language: Language, { type, actors: [actor], count }: Told, site: Site): string {
  const texts = notificationTexts[language];
  const text = (Object.hasOwn(texts, type) && texts[type]) || texts.other;
  const who = actor ? actor.fullName || `@${actor.username}` : site.name;
  return oneLine(((count > 1 && text.many) || text.one).replace("{who}", () => who));
}

/** Where a notification leads. */
function urlOf({ url }: Site, { type, actors: [actor], subject: { postId, commentId } }: Told): string {
  if (type === "follow_request") return url + pages.settings;
  if (postId) return url + (commentId ? pages.comment.replace(":postId", postId).replace(":commentId", commentId) : pages.post.replace(":id", postId));
  return url + (actor ? pages.profile.replace(":username", encodeURIComponent(actor.username)) : pages.notifications);
}

const settingsUrl = ({ url }: Site) => `${url}${pages.settings}#notification-types`;

/** A mail of one notification. `endUrl` leads to where such mails end. */
export function textOfOne(language: Language, site: Site, told: Told, endUrl: string): MailText {
  const { open, settings, unsubscribe } = words[language];
  const label = (Object.hasOwn(unsubscribe, told.type) && unsubscribe[told.type]) || unsubscribe.other;
  return {
    subject: sentenceOf(language, told, site),
    paragraphs: told.excerpt === null ? [] : [told.excerpt],
    action: { label: open, url: urlOf(site, told) },
    notes: [settings(settingsUrl(site))],
    last: { label, url: endUrl },
  };
}

/** As many are shown. */
const shownAtMost = 20;

/** A mail of several, the newest first. `more`: there are others, beside these. */
export function textOfDigest(language: Language, site: Site, told: readonly Told[], more: boolean, endUrl: string): MailText {
  const { openAll, settings, unsubscribeAll, digest, more: moreText } = words[language];
  return {
    subject: digest(site.name, told.length),
    paragraphs: [],
    items: told.slice(0, shownAtMost).map((each) => ({ text: sentenceOf(language, each, site), quote: each.excerpt, url: urlOf(site, each) })),
    action: { label: openAll, url: site.url + pages.notifications },
    notes: [...(more || told.length > shownAtMost ? [moreText] : []), settings(settingsUrl(site))],
    last: { label: unsubscribeAll, url: endUrl },
  };
}
