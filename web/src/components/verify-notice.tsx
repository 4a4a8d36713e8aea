import { useState } from "react";
import { client } from "../data/client.ts";
import { t } from "../texts/texts.ts";
import { say, showProblem } from "./toasts.tsx";
import "./verify-notice.css";

/** For a user who may only read until the address is verified. */
export function VerifyNotice({ email }: { email: string }) {
  const [busy, setBusy] = useState(false);
  async function resend() {
    setBusy(true);
    try {
      await client.session.resendVerification();
      say(t.verifyNotice.sent(email));
    } catch (error) {
      showProblem(t.verifyNotice.failed, error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <section className="verify-notice" aria-label={t.verifyNotice.label}>
      <p>{t.verifyNotice.text}</p>
      <button type="button" className="button button--quiet button--small" disabled={busy} onClick={() => void resend()}>
        {t.verifyNotice.resend}
      </button>
    </section>
  );
}
