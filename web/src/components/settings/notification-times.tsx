import type { NotificationPreferences } from "@newfeed/client";
import { useState } from "react";
import { chooseTimes, retryMailAddress, useMailAddress } from "../../data/notification-preferences.ts";
import { t } from "../../texts/account.ts";
import { showProblem } from "../toasts.tsx";

type Frequency = NotificationPreferences["mailFrequency"];
const frequencies = ["at_once", "daily", "weekly"] as const satisfies readonly Frequency[];

/** Of who has set none. */
const night = { from: "22:00", to: "07:00" };

/** When mails are sent, and when nothing is to disturb. */
export function NotificationTimes({ preferences: { mailFrequency, quietHours } }: { preferences: NotificationPreferences }) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const shown = quietHours ?? night;
  const change = (hours: Partial<typeof night>) => {
    const { from, to } = { ...shown, ...hours };
    // A field that is being filled in has no time yet.
    if (from && to && from !== to) void chooseTimes({ quietHours: { from, to, timeZone: quietHours?.timeZone ?? timeZone } });
  };
  return (
    <>
      <fieldset className="choice">
        <legend>{t.notificationSettings.frequency}</legend>
        {frequencies.map((value) => (
          <label key={value} className="choice__one">
            <input
              type="radio"
              name="mail-frequency"
              value={value}
              checked={mailFrequency === value}
              onChange={() => void chooseTimes({ mailFrequency: value })}
            />
            {t.notificationSettings[value]}
          </label>
        ))}
      </fieldset>
      <label className="check">
        <input
          type="checkbox"
          checked={quietHours !== null}
          aria-describedby="quiet-hint"
          onChange={(event) => (event.target.checked ? change({}) : void chooseTimes({ quietHours: null }))}
        />
        {t.notificationSettings.quiet}
      </label>
      <p id="quiet-hint">{t.notificationSettings.quietHint}</p>
      {quietHours && (
        <div className="settings__times">
          <label>
            {t.notificationSettings.from} <input type="time" required value={shown.from} onChange={(event) => change({ from: event.target.value })} />
          </label>
          <label>
            {t.notificationSettings.to} <input type="time" required value={shown.to} onChange={(event) => change({ to: event.target.value })} />
          </label>
          <span dir="ltr">{quietHours.timeZone}</span>
        </div>
      )}
    </>
  );
}

/** Why no mails come, where none do. */
export function MailAddressNotice() {
  const [busy, setBusy] = useState(false);
  const { data } = useMailAddress();
  if (!data || data.state === "ready") return null;
  async function retry() {
    setBusy(true);
    try {
      await retryMailAddress();
    } catch (error) {
      showProblem(t.states.settingsNotSaved, error);
    } finally {
      setBusy(false);
    }
  }
  const { noAddress, unverified, bounced, complained } = t.notificationSettings;
  return (
    <div role="status">
      <p>{{ none: noAddress, unverified, bounced, complained }[data.state]}</p>
      {(data.state === "bounced" || data.state === "complained") && (
        <button type="button" className="button button--quiet button--small" disabled={busy} onClick={() => void retry()}>
          {t.notificationSettings.retry}
        </button>
      )}
    </div>
  );
}
