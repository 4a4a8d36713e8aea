import type { Account } from "@newfeed/client";
import { KeyRound, Mail, Send } from "lucide-react";
import { useState } from "react";
import { client } from "../../data/client.ts";
import { useMe } from "../../data/session.ts";
import { t } from "../../texts/account.ts";
import { FormDialog } from "../dialogs.tsx";
import { Field } from "../form.tsx";
import { NewPasswordField } from "../sign-in-card.tsx";
import { say, showProblem } from "../toasts.tsx";

const addressOf = ({ email, emailVerified }: Account): string =>
  email === "" ? t.signInData.none : (emailVerified ? t.signInData.confirmed : t.signInData.unconfirmed)(email);

/** The e-mail address, whether it is confirmed, and the password. */
export function SignInData() {
  const me = useMe();
  const [changing, setChanging] = useState<"password" | "address" | null>(null);
  const close = () => setChanging(null);

  async function resend() {
    try {
      await client.session.resendVerification();
      say(t.verifyNotice.sent(me?.email ?? ""));
    } catch (error) {
      showProblem(t.verifyNotice.failed, error);
    }
  }
  async function changePassword(form: FormData) {
    await client.session.changePassword({ current: String(form.get("current")), password: String(form.get("password")) });
    say(t.signInData.passwordChanged);
  }
  async function changeAddress(form: FormData) {
    const email = String(form.get("email"));
    await client.session.changeEmail({ email });
    say(t.signInData.addressSent(email));
  }

  return (
    <section className="card settings__part" aria-labelledby="sign-in-data">
      <h2 id="sign-in-data">{t.signInData.title}</h2>
      {me && <p>{addressOf(me)}</p>}
      {me && me.email !== "" && !me.emailVerified && (
        <button type="button" className="button button--quiet" onClick={() => void resend()}>
          <Send size={17} aria-hidden />
          {t.verifyNotice.resend}
        </button>
      )}
      <button type="button" className="button button--quiet" onClick={() => setChanging("address")}>
        <Mail size={17} aria-hidden />
        {t.signInData.changeAddress}
      </button>
      <button type="button" className="button button--quiet" onClick={() => setChanging("password")}>
        <KeyRound size={17} aria-hidden />
        {t.signInData.changePassword}
      </button>
      {changing === "password" && (
        <FormDialog
          title={t.signInData.passwordTitle}
          text={t.signInData.passwordText}
          action={t.signInData.changePassword}
          onClose={close}
          onSubmit={changePassword}
        >
          <Field label={t.signInData.current} name="current" type="password" autoComplete="current-password" required />
          <NewPasswordField label={t.recovery.newPassword} />
        </FormDialog>
      )}
      {changing === "address" && (
        <FormDialog title={t.signInData.addressTitle} text={t.signInData.addressText} action={t.recovery.send} onClose={close} onSubmit={changeAddress}>
          <Field label={t.signInData.newAddress} name="email" type="email" autoComplete="email" required maxLength={254} />
        </FormDialog>
      )}
    </section>
  );
}
