import type { Post } from "@newfeed/client";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import { EyeOff, Hourglass } from "lucide-react";
import { useState } from "react";
import { client } from "../data/client.ts";
import { t } from "../texts/account.ts";
import { FormDialog } from "./dialogs.tsx";
import { say } from "./toasts.tsx";
import "./held.css";

export interface HeldProps {
  moderation: NonNullable<Post["moderation"]>;
  kind: "post" | "comment";
}

/** Of the user's own post or comment that moderators keep from others: what happened to it, why, and a way to appeal. */
export function OpenHeld({ moderation: { state, reason, caseId, appealUrl }, kind }: HeldProps) {
  const [appealing, setAppealing] = useState(false);
  const [appealed, setAppealed] = useState(false);
  const hidden = state === "hidden";
  const { hiddenPost, hiddenComment, pendingPost, pendingComment } = t.held;
  const [says, waits] = kind === "post" ? [hiddenPost, pendingPost] : [hiddenComment, pendingComment];
  return (
    <div className="held">
      <p>
        {hidden ? <EyeOff size={18} aria-hidden /> : <Hourglass size={18} aria-hidden />}
        <span>
          <b>{hidden ? says : waits}</b> {reason ? t.held.reason(t.heldReasons[reason as keyof typeof t.heldReasons] ?? t.heldReasons.other) : ""}
        </span>
      </p>
      {appealUrl && caseId && (
        <button type="button" className="button button--quiet button--small" disabled={appealed} onClick={() => setAppealing(true)}>
          {appealed ? t.held.appealed : t.held.appeal}
        </button>
      )}
      {appealing && caseId && (
        <FormDialog
          title={t.held.appeal}
          action={t.held.send}
          onClose={() => setAppealing(false)}
          onSubmit={async (form) => {
            await (await client.moderation()).appeal(caseId, String(form.get("text")));
            setAppealed(true);
            say(t.held.sent);
          }}
        >
          <div className="field">
            <label htmlFor="appeal-text">{t.held.why}</label>
            <textarea id="appeal-text" name="text" dir="auto" required maxLength={lengths.appeal} rows={4} />
          </div>
        </FormDialog>
      )}
    </div>
  );
}
