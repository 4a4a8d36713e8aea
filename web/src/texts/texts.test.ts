import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "vite";
import { expect, test } from "vitest";
import { de } from "./de.ts";
import { account } from "./en/account.ts";
import { consoleTexts } from "./en/console.ts";
import { pieces } from "./en/pieces.ts";
import { profile } from "./en/profile.ts";
import { settings } from "./en/settings.ts";
import { unpublished } from "./en/unpublished.ts";
import { en } from "./en.ts";
import { messagesOf, said, valuesFor } from "./messages.ts";

const directory = fileURLToPath(new URL("../", import.meta.url));
const english = { ...en, ...account, ...consoleTexts, ...pieces, ...profile, ...settings, ...unpublished };
const others = Object.entries({ de: { ...de.page, ...de.account } });

const messages = messagesOf(english);

/** The sources in which texts are used: not the catalogue, and not the worker, which shows nothing. */
function sources(): { file: string; source: string }[] {
  const files = globSync("**/*.{ts,tsx}", { cwd: directory, exclude: ["texts/**", "**/*.test.ts", "service-worker.ts"] });
  return files.sort().map((file) => ({ file, source: readFileSync(directory + file, "utf8") }));
}

/** Names, which are the same in every language, and keys. */
const names = new Set(["NewFeed", "API", "OpenAPI", "PDF", "Edge", "Firefox", "Chrome", "Safari", "Windows", "Android", "Linux", "Mac OS X"]);
const keys = new Set(["Enter", "Escape", "Tab", "Page Down", "Page Up", "Ctrl", "End", "Home", "Page", "Page "]);

const isRead = (text: string) =>
  /^\p{Lu}\p{Ll}+([ .,:!?…]|$)/u.test(text) || / .*\p{L} ?[.!?…]$/u.test(text) || /^[\p{L}'’]+( [\p{L}'’]+)+$/u.test(text.trim());

/** Attributes whose values nobody reads. */
const technical = new Set(["className", "rel", "autoComplete", "d", "viewBox", "points", "type", "name"]);
/** Attributes whose values are read, whatever they look like. */
const read = /^(aria-(label|description|roledescription|valuetext)|title|alt|placeholder|label|legend|text|hint|action)$/;

/** The literal texts in a source that users would read. */
function literalTexts(file: string, source: string): string[] {
  const { program, errors } = parseSync(file, source);
  expect(errors).toEqual([]);
  const found: string[] = [];
  const skipped: { start: number; end: number }[] = [];
  const add = (text: string, { start, end }: { start: number; end: number }, always = false) => {
    if (skipped.some((range) => range.start <= start && end <= range.end)) return;
    const shown = text.trim();
    if (/\p{L}/u.test(shown) && (always || isRead(shown)) && !names.has(shown) && !keys.has(text)) found.push(`${file}: ${shown}`);
  };
  new Visitor({
    JSXAttribute(node) {
      const name = node.name.type === "JSXIdentifier" ? node.name.name : "";
      if (technical.has(name)) skipped.push(node);
      else if (read.test(name) && node.value?.type === "Literal") add(String(node.value.value), node.value, true);
    },
    // What is thrown is for developers.
    NewExpression(node) {
      if (/^(new )?Error\b/.test(source.slice(node.callee.start, node.callee.end))) skipped.push(node);
    },
    JSXText: (node) => add(node.value, node, true),
    Literal: (node) => typeof node.value === "string" && add(node.value, node),
    TemplateElement: (node) => add(node.value.raw, node),
  }).visit(program);
  return [...new Set(found)];
}

test("what users read is in the catalogue, and not in the files that show it", () => {
  expect(literalTexts("example.tsx", 'const a = <p title="Hi">Now{" "}{b ? "never used" : "Sent by " + c}</p>;')).toEqual(
    ["Hi", "Now", "never used", "Sent by"].map((text) => `example.tsx: ${text}`),
  );
  const all = sources();
  expect(all.length).toBeGreaterThan(100);
  expect(all.flatMap(({ file, source }) => literalTexts(file, source))).toEqual([]);
});

test("every text is used", () => {
  const code = sources()
    .map(({ source }) => source)
    .join("\n");
  // `t.area[…]`, or all of `t.area`: which of them depends on a value.
  const isUsed = (key: string) => new RegExp(`\\bt\\.(${key.replace(".", "\\.")}\\b|${key.split(".")[0]}(?![.\\w]))`).test(code);
  expect([...messages.keys()].filter((key) => !isUsed(key))).toEqual([]);
});

const placesIn = (text: string) => (text.match(/‹\d›|\d+|[[\]]/g) ?? []).sort();

test.each(others)("%s has what English has, with the same places for values", (_name, texts) => {
  const translated = messagesOf(texts);
  expect([...translated.keys()].sort()).toEqual([...messages.keys()].sort());
  for (const [key, message] of messages) {
    const other = translated.get(key) ?? "";
    expect(typeof other, key).toBe(typeof message);
    // What the server says in English is not known here.
    if (key.startsWith("server.")) continue;
    for (const count of [1, 2, 37]) {
      const values = valuesFor(message, count);
      expect(said(other, values), key).not.toMatch(/undefined|NaN|^$|#(?!tag)/);
      expect(placesIn(said(other, values)), key).toEqual(placesIn(said(message, values)));
    }
  }
});

/** What both languages have. */
const common = new Set(["Name", "Code", "Text", "Live", "Offline", "Passkeys", "Follower"]);

test.each(others)("%s is not English", (_name, texts) => {
  const translated = messagesOf(texts);
  const left = [...messages].filter(([key, message]) => typeof message === "string" && message === translated.get(key) && !common.has(message));
  expect(left).toEqual([]);
});
