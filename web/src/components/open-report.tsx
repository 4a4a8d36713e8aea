import type { CreateReport } from "@newfeed/client";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import { useId } from "react";
import { report } from "../data/reports.ts";
import { t } from "../texts/account.ts";
import { FormDialog } from "./dialogs.tsx";
import { OpenCommunityRules } from "./open-community-rules.tsx";
import { say } from "./toasts.tsx";
import "./report.css";

export interface ReportProps {
  target: CreateReport["target"];
  /** What it is, in words: `Post by Ann`. */
  label: string;
  onClose: () => void;
}

/** Asks why something is reported, and reports it. */
export function OpenReport({ target, label, onClose }: ReportProps) {
  const id = useId();
  const reasons = Object.keys(t.reportReasons) as CreateReport["reason"][];
  return (
    <FormDialog
      title={t.report.title}
      text={label}
      action={t.report.send}
      onClose={onClose}
      onSubmit={async (form) => {
        const reason = reasons.find((known) => known === form.get("reason"));
        if (!reason) return;
        await report({ target, reason, note: String(form.get("note") ?? "") });
        say(t.report.sent);
      }}
    >
      <OpenCommunityRules />
      <fieldset className="report__reasons">
        <legend>{t.report.why}</legend>
        {reasons.map((reason) => (
          <label key={reason}>
            <input type="radio" name="reason" value={reason} required />
            {t.reportReasons[reason]}
          </label>
        ))}
      </fieldset>
      <div className="field">
        <label htmlFor={id}>{t.report.note}</label>
        <textarea id={id} name="note" rows={3} dir="auto" maxLength={lengths.reportNote} />
      </div>
    </FormDialog>
  );
}
