import { languages } from "@newfeed/shared/contracts/languages.ts";
import { layOut } from "@newfeed/shared/ports/mail-layout.ts";
import { expect, test } from "vitest";
import { mailKinds, mailTexts } from "./texts.ts";

const site = { name: "Feed & Friends", url: "https://feed.example" };
const facts = {
  site: site.name,
  siteUrl: site.url,
  username: "ann",
  address: "new@example.com",
  link: "https://feed.example/reset-password#token=secret",
};
const cases = languages.flatMap((language) => mailKinds.map((kind) => ({ language, kind })));

test.each(cases)("$kind in $language says the same in both forms", ({ language, kind }) => {
  const content = mailTexts[language][kind](facts);
  const { subject, text, html } = layOut(site, language, content);
  expect(subject).toMatch(/^[^\n]{10,80}$/);
  // Of a refused account not even the name is left, of a deleted one it is what the mail is about.
  if (kind !== "account_refused") expect(text).toContain(kind === "account_deleted" ? `@${facts.address}` : "@ann");
  expect(html).toMatch(new RegExp(`^<!doctype html><html lang="${language}">`));
  const visible = html.replaceAll("&amp;", "&").replace(/<[^>]+>/g, "");
  for (const part of [...content.paragraphs, ...(content.notes ?? []), ...(content.action ? [content.action.label, content.action.url] : [])]) {
    expect(text).toContain(part);
    expect(visible).toContain(part);
  }
  expect(text.includes("token="), "only a mail with a link has one").toBe(content.action !== undefined);
});

test("what users chose is no HTML", () => {
  const evil = `<img src=x onerror="alert(1)">'&`;
  for (const { language, kind } of cases) {
    const { html } = layOut({ name: evil, url: site.url }, language, mailTexts[language][kind]({ ...facts, username: evil, address: evil, site: evil }));
    expect(html).not.toContain("<img");
    expect(html).not.toContain('onerror="');
  }
});
