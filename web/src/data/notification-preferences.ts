import type { NotificationPreferences } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { showProblem } from "../components/toasts.tsx";
import { t } from "../texts/texts.ts";
import { client, queryClient } from "./client.ts";
import { keys } from "./keys.ts";

export type ChosenType = keyof NotificationPreferences["types"];

export const useNotificationPreferences = () =>
  useQuery({ queryKey: keys.notificationPreferences, queryFn: ({ signal }) => client.preferences.getNotifications({ signal }), staleTime: 0 });

/** Counts the changes made here. */
let last = 0;

/** Changes where a type goes, at once, and takes that back, with a message, when it is refused. */
export async function chooseChannels(type: ChosenType, channels: { inbox: boolean } | { push: boolean }): Promise<void> {
  last += 1;
  const turn = last;
  await queryClient.cancelQueries({ queryKey: keys.notificationPreferences });
  const before = queryClient.getQueryData<NotificationPreferences>(keys.notificationPreferences);
  const show = (preferences: NotificationPreferences) => queryClient.setQueryData(keys.notificationPreferences, preferences);
  if (before) show({ ...before, types: { ...before.types, [type]: { ...before.types[type], ...channels } } });
  try {
    const saved = await client.preferences.updateNotifications({ types: { [type]: channels } });
    // A later change is shown already.
    if (turn === last) show(saved);
  } catch (error) {
    if (before && turn === last) show(before);
    showProblem(t.states.settingsNotSaved, error);
  }
}
