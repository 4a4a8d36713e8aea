import type { ModerationCase } from "@newfeed/client";
import type { Rejection } from "../data/moderation.ts";
import { t } from "../texts/account.ts";
import { FormDialog } from "./dialogs.tsx";
import "./report.css";

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;

interface Props {
  /** Why it was reported, if it was. */
  reason: ModerationCase["reasons"][number] | undefined;
  act: (rejection: Rejection) => Promise<void>;
  onClose: () => void;
}

/** Asks what is done about a case, or several, and why. */
export function RejectCase({ reason: reported = "other", act, onClose }: Props) {
  const actions = Object.keys(t.caseActions) as NonNullable<ModerationCase["action"]>[];
  const reasons = Object.keys(t.reportReasons) as ModerationCase["reasons"];
  return (
    <FormDialog
      title={t.moderation.reject}
      action={t.moderation.reject}
      danger
      onClose={onClose}
      onSubmit={async (form) => {
        const action = actions.find((known) => known === form.get("action"));
        const reason = reasons.find((known) => known === form.get("reason"));
        const ends = form.get("week") !== null && (action === "hide" || action === "suspend");
        if (action && reason) await act({ action, reason, ...(ends && { until: new Date(Date.now() + weekMs).toISOString() }) });
      }}
    >
      <fieldset className="report__reasons">
        <legend>{t.moderation.what}</legend>
        {actions.map((action, index) => (
          <label key={action}>
            <input type="radio" name="action" value={action} defaultChecked={index === 0} />
            {t.caseActions[action]}
          </label>
        ))}
        <label>
          <input type="checkbox" name="week" />
          {t.moderation.forWeek}
        </label>
      </fieldset>
      <fieldset className="report__reasons">
        <legend>{t.moderation.why}</legend>
        {reasons.map((reason) => (
          <label key={reason}>
            <input type="radio" name="reason" value={reason} defaultChecked={reason === reported} />
            {t.reportReasons[reason]}
          </label>
        ))}
      </fieldset>
    </FormDialog>
  );
}
