import type * as z from "zod";
import { ContentFilters, Preferences } from "../dto.ts";
import { defineRoutes } from "./define.ts";

const UpdatePreferences = Preferences.omit({ revision: true })
  .extend({
    contentFilters: ContentFilters.partial({ ends: true }).meta({ description: "Without `ends`, those of the words that stay are as they were" }),
  })
  .strict()
  .partial()
  .refine((body) => Object.keys(body).length > 0, "must change something")
  .meta({ id: "UpdatePreferences", minProperties: 1 });
export type UpdatePreferences = z.output<typeof UpdatePreferences>;

const path = "/api/v1/users/me/preferences";

export const preferenceRoutes = defineRoutes(
  { service: "user-service", tag: "Users" },
  {
    getPreferences: {
      method: "get",
      path,
      summary: "What you have set: appearance, language, who may mention you and comment, filters",
      access: "user",
      response: Preferences,
    },
    updatePreferences: {
      method: "patch",
      path,
      summary: "Change your preferences; what is left out stays as it is",
      access: "user",
      body: UpdatePreferences,
      response: Preferences,
    },
  },
);
