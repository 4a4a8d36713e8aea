import { account } from "./en/account.ts";
import { consoleTexts } from "./en/console.ts";
import { pieces } from "./en/pieces.ts";
import { profile } from "./en/profile.ts";
import { settings } from "./en/settings.ts";
import { unpublished } from "./en/unpublished.ts";
import { type AccountTexts, en, type Texts } from "./en.ts";
import { onCatalogue } from "./texts.ts";

const english: AccountTexts = { ...account, ...consoleTexts, ...pieces, ...profile, ...settings, ...unpublished };

/** As `t` of all pages, with the texts about accounts and profiles: for what is fetched after the first paint. */
export let t: Texts & AccountTexts = { ...en, ...english };
onCatalogue((catalogue) => {
  t = { ...catalogue.page, ...(catalogue.account ?? english) };
});
