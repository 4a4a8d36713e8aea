import { suggestTitle, summarise } from "../extractive/extractive.ts";
import type { LanguageModel } from "./language-model.ts";

/** Chooses sentences of the text itself: needs no network, and works in any language. */
export const extractive: LanguageModel = {
  name: "extractive",
  summarise: async (text) => summarise(text),
  suggestTitle: async (text) => suggestTitle(text),
};
