import { type ChosenType, chooseChannels, useNotificationPreferences } from "../../data/notification-preferences.ts";
import { useHasPushDevices } from "../../data/push.ts";
import { t } from "../../texts/account.ts";
import { RowSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { MailAddressNotice, NotificationTimes } from "./notification-times.tsx";

/** Those that the page has words for, in its order: a newer server may know more. */
const typesOf = (known: object) => (Object.keys(t.notificationTypes) as ChosenType[]).filter((type) => Object.hasOwn(known, type));

/** What comes into the inbox, and what of it is pushed to devices, where there are any, and mailed. */
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
        <>
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
                <span className="settings__outer">
                  {isPushed && (
                    <Outer
                      label={t.notificationSettings.push}
                      name={t.notificationSettings.pushOf(t.notificationTypes[type])}
                      enabled={preferences.types[type].inbox}
                      chosen={preferences.types[type].push}
                      choose={(push) => void chooseChannels(type, { push })}
                    />
                  )}
                  <Outer
                    label={t.notificationSettings.mail}
                    name={t.notificationSettings.mailOf(t.notificationTypes[type])}
                    enabled={preferences.types[type].inbox}
                    chosen={preferences.types[type].mail}
                    choose={(mail) => void chooseChannels(type, { mail })}
                  />
                </span>
              </li>
            ))}
          </ul>
          {Object.values(preferences.types).some(({ mail }) => mail) && <MailAddressNotice />}
          <NotificationTimes preferences={preferences} />
        </>
      )}
    </section>
  );
}

interface OuterProps {
  label: string;
  /** Both of them, for who does not see the row. */
  name: string;
  /** What is not in the inbox goes nowhere else. */
  enabled: boolean;
  chosen: boolean;
  choose: (chosen: boolean) => void;
}

const Outer = ({ label, name, enabled, chosen, choose }: OuterProps) => (
  <label className="check">
    <input type="checkbox" disabled={!enabled} checked={enabled && chosen} aria-label={name} onChange={(event) => choose(event.target.checked)} />
    {label}
  </label>
);
