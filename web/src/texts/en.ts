import type { account } from "./en/account.ts";
import type { consoleTexts } from "./en/console.ts";
import type { pieces } from "./en/pieces.ts";
import type { profile } from "./en/profile.ts";
import { reading } from "./en/reading.ts";
import type { settings } from "./en/settings.ts";
import type { unpublished } from "./en/unpublished.ts";
import { writing } from "./en/writing.ts";

/** What every visit needs, in English: it has the form that every other language has. */
export const en = { ...reading, ...writing };

export type Texts = typeof en;
/** The texts of signing in, of profiles, of the settings, of what is not published yet, and of pieces that are fetched when they are shown. */
export type AccountTexts = typeof account & typeof consoleTexts & typeof pieces & typeof profile & typeof settings & typeof unpublished;

/** The texts of a language. English ones about accounts come with what shows them. */
export interface Catalogue {
  page: Texts;
  account?: AccountTexts;
}
