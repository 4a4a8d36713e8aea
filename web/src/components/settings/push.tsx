import { useState } from "react";
import { startPush, stopPush, usePushState } from "../../data/push.ts";
import { useMe } from "../../data/session.ts";
import { t } from "../../texts/account.ts";
import { showProblem } from "../toasts.tsx";

/** Whether notifications are pushed to this browser. `device` is its name in words. */
export function Push({ device }: { device: string }) {
  const me = useMe();
  const state = usePushState();
  const [isChanging, setChanging] = useState(false);
  async function change(on: boolean) {
    if (!me) return;
    setChanging(true);
    try {
      await (on ? startPush(me.id, device) : stopPush(me.id));
    } catch (error) {
      showProblem(t.push.failed, error);
    } finally {
      setChanging(false);
    }
  }
  return (
    <section className="card settings__part" aria-labelledby="push">
      <h2 id="push">{t.push.title}</h2>
      <label className="check">
        <input
          type="checkbox"
          disabled={isChanging || (state !== "on" && state !== "off")}
          checked={state === "on"}
          aria-describedby="push-hint"
          onChange={(event) => void change(event.target.checked)}
        />
        {t.push.show}
      </label>
      <p id="push-hint">{state === "blocked" ? t.push.blocked : state === "missing" ? t.push.missing : t.push.hint}</p>
    </section>
  );
}
