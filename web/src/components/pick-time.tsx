import { useId, useState } from "react";
import { region } from "../data/region.ts";
import { t } from "../texts/account.ts";
import { FormDialog } from "./dialogs.tsx";
import { clockAt, momentOf } from "./zoned-time.ts";

export interface PickTimeProps {
  /** What it is now, ISO 8601; null: not chosen yet. */
  at: string | null;
  /** Rejects with the error to show. */
  choose: (at: string) => Promise<unknown>;
  onClose: () => void;
}

const hourMs = 3_600_000;
const yearMs = 365 * 24 * hourMs;
/** The server refuses what is nearer than five seconds; a form takes some of them. */
const soonestMs = 10_000;

const ofDevice = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Asks when a post is to be published, in the time zone of the account, or else of the device. */
export function PickTime({ at, choose, onClose }: PickTimeProps) {
  const id = useId();
  const [problem, setProblem] = useState("");
  const zone = region.state.timeZone ?? ofDevice();
  const now = Date.now();
  const first = at === null ? Math.ceil((now + hourMs / 4) / hourMs) * hourMs : Date.parse(at);
  return (
    <FormDialog
      title={t.unpublished.pickTitle}
      action={t.unpublished.choose}
      onClose={onClose}
      onSubmit={async (form) => {
        const chosen = momentOf(String(form.get("at")), zone);
        const ahead = chosen - Date.now();
        const wrong = ahead > yearMs ? t.unpublished.tooLate : ahead < soonestMs ? t.unpublished.tooEarly : "";
        setProblem(wrong);
        if (wrong) throw new Error(wrong);
        await choose(new Date(chosen).toISOString());
      }}
    >
      <div className="field">
        <label htmlFor={id}>{t.unpublished.pickLabel}</label>
        <input
          id={id}
          name="at"
          type="datetime-local"
          required
          defaultValue={clockAt(first, zone)}
          min={clockAt(now, zone)}
          max={clockAt(now + yearMs, zone)}
          aria-invalid={problem ? true : undefined}
          aria-describedby={`${id}-hint`}
        />
        <p id={`${id}-hint`} className="field__hint">
          {t.unpublished.zone(zone)}
        </p>
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
      </div>
    </FormDialog>
  );
}
