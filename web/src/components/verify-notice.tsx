import { useState } from "react";
import { client } from "../data/client.ts";
import { say, showProblem } from "./toasts.tsx";

/** For a user who may only read until the address is verified. */
export function VerifyNotice({ email }: { email: string }) {
  const [busy, setBusy] = useState(false);
  async function resend() {
    setBusy(true);
    try {
      await client.session.resendVerification();
      say(`A link is on its way to ${email}.`);
    } catch (error) {
      showProblem("The link could not be sent.", error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <section className="verify-notice" aria-label="Your e-mail address">
      <p>Confirm your e-mail address to post, comment, like and follow. The link is in your mail.</p>
      <button type="button" className="button button--quiet button--small" disabled={busy} onClick={() => void resend()}>
        Send the link again
      </button>
    </section>
  );
}
