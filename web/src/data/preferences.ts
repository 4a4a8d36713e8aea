import { createObservable, createWordFilter, type Preferences, type UpdatePreferences, type WordFilter, wordsAt } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { showProblem } from "../components/toasts.tsx";
import { setLanguage, t } from "../texts/texts.ts";
import { client, queryClient } from "./client.ts";
import { useObservable } from "./hooks.ts";
import { keys } from "./keys.ts";
import { ofDevice, region } from "./region.ts";
import { useMe } from "./session.ts";
import { setTheme, theme } from "./theme.ts";

const noFilter = createWordFilter([]);
const wordFilter = createObservable<WordFilter>(noFilter);

/** Finds in texts the words that the user filters. */
export const useWordFilter = (): WordFilter => useObservable(wordFilter);

/** Of milliseconds; what is later comes at once. */
const longestTimer = 2 ** 31 - 1;

/** Counts the changes made here. */
let last = 0;

let nextEnd: ReturnType<typeof setTimeout> | undefined;

/** Filters words until each ends. (Earlier servers know no ends.) */
function filterWords({ words, ends = [] }: Pick<Preferences["contentFilters"], "words"> & Partial<Preferences["contentFilters"]>): void {
  const now = Date.now();
  wordFilter.set(createWordFilter(wordsAt({ words, ends }, now)));
  clearTimeout(nextEnd);
  const later = ends.map(({ until }) => Date.parse(until)).filter((end) => end > now);
  if (later.length > 0) nextEnd = setTimeout(filterWords, Math.min(...later.map((end) => end - now), longestTimer), { words, ends });
}

function apply(preferences: Preferences): void {
  filterWords(preferences.contentFilters);
  region.set(preferences);
  setLanguage(preferences.language);
  // Until the account has a theme, the device's stays.
  if (preferences.revision > 1 && preferences.theme !== theme.state) setTheme(preferences.theme);
}

function show(preferences: Preferences): void {
  queryClient.setQueryData<Preferences>(keys.preferences, preferences);
  apply(preferences);
}

/** What the signed-in user has set; undefined until it is known. */
export function usePreferences(): Preferences | undefined {
  const { data } = useQuery({
    queryKey: keys.preferences,
    queryFn: async ({ signal }) => {
      const turn = last;
      const preferences = await client.preferences.get({ signal });
      // What was changed meanwhile is newer.
      const changed = turn === last ? undefined : queryClient.getQueryData<Preferences>(keys.preferences);
      if (!changed) apply(preferences);
      return changed ?? preferences;
    },
    enabled: useMe() !== null,
    staleTime: 5 * 60_000,
  });
  return data;
}

/** Changes preferences at once, and takes that back, with a message, when it is refused. Returns whether it was saved. */
export async function changePreferences(change: UpdatePreferences): Promise<boolean> {
  last += 1;
  const turn = last;
  const before = queryClient.getQueryData<Preferences>(keys.preferences);
  if (before) show({ ...before, ...change } as Preferences);
  try {
    const saved = await client.preferences.update(before?.revision === 1 ? { theme: theme.state, ...change } : change);
    // A later change is shown already.
    if (turn === last) show(saved);
    return true;
  } catch (error) {
    if (before && turn === last) show(before);
    showProblem(t.states.settingsNotSaved, error);
    return false;
  }
}

/** For another user. */
export function forgetPreferences(): void {
  filterWords({ words: [] });
  region.set(ofDevice);
}
