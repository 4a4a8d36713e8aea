import { KeyRound, Mail, Send } from "lucide-react";
import { useState } from "react";
import { client } from "../../data/client.ts";
import { useMe, usePasswordRules } from "../../data/session.ts";
import { FormDialog } from "../dialogs.tsx";
import { Field } from "../form.tsx";
import { say, showProblem } from "../toasts.tsx";

/** The e-mail address, whether it is confirmed, and the password. */
export function SignInData() {
  const me = useMe();
  const { minLength, maxLength } = usePasswordRules();
  const [changing, setChanging] = useState<"password" | "address" | null>(null);
  const close = () => setChanging(null);

  async function resend() {
    try {
      await client.session.resendVerification();
      say(`A link is on its way to ${me?.email}.`);
    } catch (error) {
      showProblem("The link could not be sent.", error);
    }
  }
  async function changePassword(form: FormData) {
    await client.session.changePassword({ current: String(form.get("current")), password: String(form.get("password")) });
    say("Your password is changed, and other devices are signed out.");
  }
  async function changeAddress(form: FormData) {
    const email = String(form.get("email"));
    await client.session.changeEmail({ email });
    say(`A link is on its way to ${email}. It changes your address.`);
  }

  return (
    <section className="card settings__part" aria-labelledby="sign-in-data">
      <h2 id="sign-in-data">E-mail and password</h2>
      {me && <p>{me.email === "" ? "You have no e-mail address." : `${me.email} is ${me.emailVerified ? "confirmed" : "not confirmed yet"}.`}</p>}
      {me && me.email !== "" && !me.emailVerified && (
        <button type="button" className="button button--quiet" onClick={() => void resend()}>
          <Send size={17} aria-hidden />
          Send the link again
        </button>
      )}
      <button type="button" className="button button--quiet" onClick={() => setChanging("address")}>
        <Mail size={17} aria-hidden />
        Change e-mail address
      </button>
      <button type="button" className="button button--quiet" onClick={() => setChanging("password")}>
        <KeyRound size={17} aria-hidden />
        Change password
      </button>
      {changing === "password" && (
        <FormDialog title="Change your password" text="Other devices are signed out." action="Change password" onClose={close} onSubmit={changePassword}>
          <Field label="Current password" name="current" type="password" autoComplete="current-password" required />
          <Field label="New password" name="password" type="password" autoComplete="new-password" required minLength={minLength} maxLength={maxLength} />
        </FormDialog>
      )}
      {changing === "address" && (
        <FormDialog
          title="Change your e-mail address"
          text="You get a link at the new address, which changes it."
          action="Send the link"
          onClose={close}
          onSubmit={changeAddress}
        >
          <Field label="New e-mail address" name="email" type="email" autoComplete="email" required maxLength={254} />
        </FormDialog>
      )}
    </section>
  );
}
