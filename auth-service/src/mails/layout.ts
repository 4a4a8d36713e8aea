import type { Language } from "@newfeed/shared/contracts/languages.ts";

/** The installation, as mails name it. */
export interface Site {
  name: string;
  /** Without a slash at its end. */
  url: string;
}

/** What a mail says, before it is laid out. */
export interface MailText {
  subject: string;
  paragraphs: readonly string[];
  /** A link to follow, before the rest. */
  action?: { label: string; url: string };
  /** Behind the link: how long it is valid, and what to do when the mail is unexpected. */
  notes?: readonly string[];
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] as string);

const plain = ({ name, url }: Site, { paragraphs, action, notes = [] }: MailText) =>
  [...paragraphs, ...(action ? [`${action.label}:\n${action.url}`] : []), ...notes, `-- \n${name}\n${url}`].join("\n\n");

/** No pictures, no scripts, no fetches; tables would be read aloud as tables. */
function html({ name, url }: Site, language: Language, { subject, paragraphs, action, notes = [] }: MailText): string {
  const paragraph = (text: string, style = "") => `<p style="margin:0 0 16px${style}">${escaped(text)}</p>`;
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<meta name="color-scheme" content="light dark"><title>${escaped(subject)}</title></head>`,
    `<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif"><main style="max-width:560px;margin:0 auto">`,
    `<h1 style="margin:0 0 16px;font-size:20px">${escaped(subject)}</h1>`,
    ...paragraphs.map((text) => paragraph(text)),
    ...(action
      ? [
          `<p style="margin:24px 0"><a href="${escaped(action.url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1d4ed8;color:#ffffff;font-weight:600">${escaped(action.label)}</a></p>`,
          `<p style="margin:0 0 16px;font-size:14px;word-break:break-all">${escaped(action.url)}</p>`,
        ]
      : []),
    ...notes.map((text) => paragraph(text, ";font-size:14px")),
    `<p style="margin:24px 0 0;font-size:14px"><a href="${escaped(url)}">${escaped(name)}</a></p>`,
    "</main></body></html>",
  ].join("\n");
}

/** Both forms of a mail; nothing that it says is taken for HTML. */
export const layOut = (site: Site, language: Language, content: MailText) => ({
  subject: content.subject,
  text: plain(site, content),
  html: html(site, language, content),
});
