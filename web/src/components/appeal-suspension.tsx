import { NewFeedError } from "@newfeed/client";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import { useId, useState } from "react";
import { client } from "../data/client.ts";
import { t } from "../texts/account.ts";
import { FormDialog } from "./dialogs.tsx";
import { say } from "./toasts.tsx";

/** Where a sign-in was refused because of a suspension: a way to appeal. Not within a form, which would take the dialog's submission for its own. */
export const MayAppeal = ({ problem }: { problem: unknown }) =>
  problem instanceof NewFeedError &&
  problem.suspension?.appealToken && (
    <p className="sign-in__other">
      <AppealSuspension token={problem.suspension.appealToken} />
    </p>
  );

/** Lets a suspended user appeal, who cannot sign in: by what the refused sign-in gave them. */
function AppealSuspension({ token }: { token: string }) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [sent, setSent] = useState(false);
  return (
    <>
      <button type="button" className="button button--quiet" disabled={sent} onClick={() => setOpen(true)}>
        {sent ? t.held.appealed : t.held.appeal}
      </button>
      {isOpen && (
        <FormDialog
          title={t.held.appeal}
          action={t.held.send}
          onClose={() => setOpen(false)}
          onSubmit={async (form) => {
            await (await client.moderation()).appealSuspension({ token, text: String(form.get("text")) });
            setSent(true);
            say(t.held.sent);
          }}
        >
          <div className="field">
            <label htmlFor={id}>{t.held.whySuspension}</label>
            <textarea id={id} name="text" rows={4} dir="auto" required maxLength={lengths.appeal} />
          </div>
        </FormDialog>
      )}
    </>
  );
}
