import { createObservable } from "@newfeed/client";
import { type Language, languageOf } from "@newfeed/shared/contracts/languages.ts";
import { useObservable } from "../data/hooks.ts";
import { type Catalogue, en, type Texts } from "./en.ts";

/** English is part of the page; another language is fetched by those who read it. */
const languages: Record<Language, { direction: "ltr" | "rtl"; load: () => Promise<Catalogue> }> = {
  en: { direction: "ltr", load: async () => ({ page: en }) },
  de: { direction: "ltr", load: async () => (await import("./de.ts")).de },
};

/** The texts in the reader's language. They are read while something renders or a message is made, never while a file loads. */
export let t: Texts = en;

const followers: ((catalogue: Catalogue) => void)[] = [];
let current: Catalogue = { page: en };
/** Calls a function with the catalogue now, and with each that takes its place, before anything is rendered with it. */
export function onCatalogue(follow: (catalogue: Catalogue) => void): void {
  followers.push(follow);
  follow(current);
}

const name = "newfeed.language";
const language = createObservable<Language>("en");

function chosen(): string[] {
  try {
    return [localStorage.getItem(name) ?? []].flat();
  } catch {
    // Storage is forbidden.
    return [];
  }
}
/** What this device's reader has chosen, where the page has it, or else what the browser asks for. */
const wanted = (): Language => languageOf([...chosen(), ...navigator.languages].join(","));

/** Shows the page in the reader's language. Resolves when its texts are there; while they cannot be fetched, the page stays as it is. */
export async function applyLanguage(): Promise<void> {
  const next = wanted();
  const catalogue = await languages[next].load().catch(() => null);
  // Another one was chosen meanwhile.
  if (!catalogue || next !== wanted()) return;
  current = catalogue;
  t = catalogue.page;
  for (const follow of followers) follow(catalogue);
  document.documentElement.lang = next;
  document.documentElement.dir = languages[next].direction;
  language.set(next);
}
addEventListener("storage", (event) => event.key === name && void applyLanguage());

/** Takes over, for this device, what the account has set: a language tag, or null for the browser's language. */
export function setLanguage(tag: string | null): void {
  try {
    if (tag === null) localStorage.removeItem(name);
    else localStorage.setItem(name, tag);
  } catch {
    // The browser's language stays.
  }
  void applyLanguage();
}

/** The language that the page is in. */
export const useLanguage = (): Language => useObservable(language);
