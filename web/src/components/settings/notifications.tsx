import { type ChosenType, chooseChannels, useNotificationPreferences } from "../../data/notification-preferences.ts";
import { useHasPushDevices } from "../../data/push.ts";
import { t } from "../../texts/account.ts";
import { RowSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";

/** Those that the page has words for, in its order: a newer server may know more. */
const typesOf = (known: object) => (Object.keys(t.notificationTypes) as ChosenType[]).filter((type) => Object.hasOwn(known, type));

/** What comes into the inbox, and what of it is pushed to devices, where there are any. */
export function NotificationSettings() {
  const isPushed = useHasPushDevices();
  const { data: preferences, error, isPending, refetch } = useNotificationPreferences();
  return (
    <section className="card settings__part" aria-labelledby="notification-types">
      <h2 id="notification-types">{t.notificationSettings.title}</h2>
      <p>{t.notificationSettings.text}</p>
      {error && !preferences && <Failed error={error} retry={() => void refetch()} />}
      {isPending && <RowSkeletons count={3} label={t.common.loading} />}
      {preferences && (
        <ul className="checks">
          {typesOf(preferences.types).map((type) => (
            <li key={type} className="settings__channels">
              <label className="check">
                <input
                  type="checkbox"
                  checked={preferences.types[type].inbox}
                  onChange={(event) => void chooseChannels(type, { inbox: event.target.checked })}
                />
                {t.notificationTypes[type]}
              </label>
              {isPushed && (
                <label className="check">
                  <input
                    type="checkbox"
                    disabled={!preferences.types[type].inbox}
                    checked={preferences.types[type].inbox && preferences.types[type].push}
                    aria-label={t.notificationSettings.pushOf(t.notificationTypes[type])}
                    onChange={(event) => void chooseChannels(type, { push: event.target.checked })}
                  />
                  {t.notificationSettings.push}
                </label>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
