import type { NotificationPreferences, UpdateNotificationPreferences } from "@newfeed/client";
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

type Change = (preferences: NotificationPreferences) => NotificationPreferences;

/** Changes preferences, at once, and takes that back, with a message, when it is refused. */
async function save(body: UpdateNotificationPreferences, change: Change): Promise<void> {
  last += 1;
  const turn = last;
  await queryClient.cancelQueries({ queryKey: keys.notificationPreferences });
  const before = queryClient.getQueryData<NotificationPreferences>(keys.notificationPreferences);
  const show = (preferences: NotificationPreferences) => queryClient.setQueryData(keys.notificationPreferences, preferences);
  if (before) show(change(before));
  try {
    const saved = await client.preferences.updateNotifications(body);
    // A later change is shown already.
    if (turn === last) show(saved);
  } catch (error) {
    if (before && turn === last) show(before);
    showProblem(t.states.settingsNotSaved, error);
  }
}

/** Changes where a type goes. */
export const chooseChannels = (type: ChosenType, channels: { inbox: boolean } | { push: boolean } | { mail: boolean }): Promise<void> =>
  save({ types: { [type]: channels } }, (before) => ({ ...before, types: { ...before.types, [type]: { ...before.types[type], ...channels } } }));

/** Changes when mails are sent, or when nothing is to disturb. */
export const chooseTimes = (times: Partial<Pick<NotificationPreferences, "mailFrequency" | "quietHours">>): Promise<void> =>
  save(times, (before) => ({ ...before, ...times }));

/** Whether mails reach the user. */
export const useMailAddress = () => useQuery({ queryKey: keys.mailAddress, queryFn: async ({ signal }) => (await client.mails()).address({ signal }) });

/** Sends mails to an address again that did not take them. Rejects when that is refused. */
export async function retryMailAddress(): Promise<void> {
  queryClient.setQueryData(keys.mailAddress, await (await client.mails()).retryAddress());
}
