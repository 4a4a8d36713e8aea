import type { Language } from "../contracts/languages.ts";

/** The installation, as mails name it. */
export interface Site {
  name: string;
  /** Without a slash at its end. */
  url: string;
}

/** The installation is named like the sender of its mails (`NewFeed <no-reply@example.com>`); `url` is where it is. */
export const siteOf = (mailFrom: string, url: string): Site => ({ name: /^(.+?) </.exec(mailFrom)?.[1] ?? "NewFeed", url });

/** What a mail says, before it is laid out. */
export interface MailText {
  subject: string;
  paragraphs: readonly string[];
  /** A link to follow, before the rest. */
  action?: { label: string; url: string };
  /** What has happened, each with where it leads. */
  items?: readonly MailListItem[];
  /** Behind the link: how long it is valid, and what to do when the mail is unexpected. */
  notes?: readonly string[];
  /** Last of all: how to be rid of such mails. */
  last?: { label: string; url: string };
}

interface MailListItem {
  text: string;
  /** Others' words. */
  quote: string | null;
  url: string;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] as string);

const plain = ({ name, url }: Site, { paragraphs, items = [], action, notes = [], last }: MailText) =>
  [
    ...paragraphs,
    ...items.map((item) => [item.text, ...(item.quote === null ? [] : [`> ${item.quote.replaceAll("\n", "\n> ")}`]), item.url].join("\n")),
    ...(action ? [`${action.label}:\n${action.url}`] : []),
    ...notes,
    ...(last ? [`${last.label}:\n${last.url}`] : []),
    `-- \n${name}\n${url}`,
  ].join("\n\n");

const link = (label: string, url: string) => `<a href="${escaped(url)}">${escaped(label)}</a>`;

/** No pictures, no scripts, no fetches; tables would be read aloud as tables. */
function html({ name, url }: Site, language: Language, { subject, paragraphs, items = [], action, notes = [], last }: MailText): string {
  const paragraph = (text: string, style = "") => `<p style="margin:0 0 16px${style}">${escaped(text)}</p>`;
  const quoted = (text: string) =>
    `<blockquote style="margin:4px 0 0;padding-left:12px;border-left:3px solid #94a3b8;white-space:pre-line">${escaped(text)}</blockquote>`;
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<meta name="color-scheme" content="light dark"><title>${escaped(subject)}</title></head>`,
    `<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif"><main style="max-width:560px;margin:0 auto">`,
    `<h1 style="margin:0 0 16px;font-size:20px">${escaped(subject)}</h1>`,
    ...paragraphs.map((text) => paragraph(text)),
    ...items.map((item) => `<div style="margin:0 0 16px">${link(item.text, item.url)}${item.quote === null ? "" : quoted(item.quote)}</div>`),
    ...(action
      ? [
          `<p style="margin:24px 0"><a href="${escaped(action.url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1d4ed8;color:#ffffff;font-weight:600">${escaped(action.label)}</a></p>`,
          `<p style="margin:0 0 16px;font-size:14px;word-break:break-all">${escaped(action.url)}</p>`,
        ]
      : []),
    ...notes.map((text) => paragraph(text, ";font-size:14px")),
    ...(last ? [`<p style="margin:0 0 16px;font-size:14px">${link(last.label, last.url)}</p>`] : []),
    `<p style="margin:24px 0 0;font-size:14px">${link(name, url)}</p>`,
    "</main></body></html>",
  ].join("\n");
}

/** Both forms of a mail; nothing that it says is taken for HTML. */
export const layOut = (site: Site, language: Language, content: MailText) => ({
  subject: content.subject,
  text: plain(site, content),
  html: html(site, language, content),
});
