import { account } from "./de/account.ts";
import { consoleTexts } from "./de/console.ts";
import { pieces } from "./de/pieces.ts";
import { profile } from "./de/profile.ts";
import { reading } from "./de/reading.ts";
import { settings } from "./de/settings.ts";
import { unpublished } from "./de/unpublished.ts";
import { writing } from "./de/writing.ts";
import type { Catalogue } from "./en.ts";

export const de: Required<Catalogue> = {
  page: { ...reading, ...writing },
  account: { ...account, ...consoleTexts, ...pieces, ...profile, ...settings, ...unpublished },
};
