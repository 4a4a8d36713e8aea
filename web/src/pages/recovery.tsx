import { createObservable } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { useEffect, useState } from "react";
import { Field, useForm } from "../components/form.tsx";
import { NewPasswordField, Notice, Onward, SignInCard, Wrong } from "../components/sign-in-card.tsx";
import { client } from "../data/client.ts";
import { useObservable } from "../data/hooks.ts";
import { fieldProblems } from "../data/problems.ts";
import { useSession } from "../data/session.ts";
import "./sign-in.css";
import { t } from "../texts/account.ts";

/** Outlive the pages, which begin anew when the session ends, as it does with a new password. */
let lastToken: string | null = null;
const usedToken = createObservable<string | null>(null);

/** The token that a link in a mail brought, which then stands in no address any more. */
function useLinkToken(): string | null {
  const [token] = useState(() => /^#token=([\w.-]{1,300})$/.exec(location.hash)?.[1] ?? lastToken);
  useEffect(() => {
    lastToken = token;
    if (token) history.replaceState(history.state, "", location.pathname);
  }, [token]);
  return token;
}

export function ForgotPasswordPage() {
  const [sent, setSent] = useState(false);
  const { busy, problem, submit } = useForm(async (form) => {
    await client.session.forgotPassword(String(form.get("email")));
    setSent(true);
  });
  return (
    <SignInCard title={t.recovery.forgotTitle}>
      {sent ? (
        <Notice>{t.recovery.sent}</Notice>
      ) : (
        <form onSubmit={submit}>
          <Field label={t.signIn.login} name="email" autoComplete="username" required maxLength={254} hint={t.recovery.forgotHint} />
          <Wrong problem={problem} />
          <button type="submit" className="button" disabled={busy}>
            {busy ? t.recovery.sending : t.recovery.send}
          </button>
        </form>
      )}
      <Onward href={pages.login}>{t.signIn.back}</Onward>
    </SignInCard>
  );
}

export function ResetPasswordPage() {
  const token = useLinkToken();
  const done = useObservable(usedToken) === token && token !== null;
  const { busy, problem, submit } = useForm(async (form) => {
    await client.session.resetPassword(token ?? "", String(form.get("password")));
    usedToken.set(token);
  });
  const problems = fieldProblems(problem);
  if (done)
    return (
      <SignInCard title={t.recovery.resetTitle}>
        <Notice>{t.recovery.done}</Notice>
        <Onward href={pages.login}>{t.signIn.title}</Onward>
      </SignInCard>
    );
  return (
    <SignInCard title={t.recovery.resetTitle}>
      {token === null ? (
        <Wrong problem={t.recovery.incomplete} />
      ) : (
        <form onSubmit={submit}>
          <NewPasswordField label={t.recovery.newPassword} problem={problems["password"]} />
          {!problems["password"] && <Wrong problem={problem} />}
          <button type="submit" className="button" disabled={busy}>
            {busy ? t.recovery.setting : t.recovery.set}
          </button>
        </form>
      )}
      <Onward href={pages.forgotPassword}>{t.recovery.newLink}</Onward>
    </SignInCard>
  );
}

/** Only its button uses the link: scanners of mail open links too. */
export function VerifyEmailPage() {
  const token = useLinkToken();
  const { status } = useSession();
  const [address, setAddress] = useState("");
  const { busy, problem, submit } = useForm(async () => setAddress(await client.session.verifyEmail(token ?? "")));
  const onward = status === "signed-in" ? <Onward href={pages.home}>{t.common.goOn}</Onward> : <Onward href={pages.login}>{t.signIn.title}</Onward>;
  return (
    <SignInCard title={t.recovery.confirmTitle}>
      {address ? (
        <Notice>{t.recovery.confirmed(address)}</Notice>
      ) : token === null ? (
        <Wrong problem={t.recovery.incomplete} />
      ) : (
        <form onSubmit={submit}>
          <Wrong problem={problem} />
          <button type="submit" className="button" disabled={busy}>
            {busy ? t.recovery.confirming : t.recovery.confirm}
          </button>
        </form>
      )}
      {onward}
    </SignInCard>
  );
}

/** Only its button ends mails: scanners of mail open links too. */
export function UnsubscribePage() {
  const token = useLinkToken();
  const { status } = useSession();
  const [ended, setEnded] = useState<{ type: string | null } | null>(null);
  const { busy, problem, submit } = useForm(async () => setEnded({ type: await (await client.mails()).unsubscribe(token ?? "") }));
  const onward = status === "signed-in" ? <Onward href={pages.settings}>{t.shell.settings}</Onward> : <Onward href={pages.home}>{t.common.goOn}</Onward>;
  return (
    <SignInCard title={t.unsubscribe.title}>
      {ended ? (
        <Notice>{ended.type === null ? t.unsubscribe.allEnded : t.unsubscribe.ended(notificationTypeName(ended.type))}</Notice>
      ) : token === null ? (
        <Wrong problem={t.recovery.incomplete} />
      ) : (
        <form onSubmit={submit}>
          <p>{t.unsubscribe.text}</p>
          <Wrong problem={problem} />
          <button type="submit" className="button" disabled={busy}>
            {t.unsubscribe.end}
          </button>
        </form>
      )}
      {onward}
    </SignInCard>
  );
}

/** What a kind of notifications is called in the settings. */
const notificationTypeName = (type: string): string =>
  Object.hasOwn(t.notificationTypes, type) ? t.notificationTypes[type as keyof typeof t.notificationTypes] : type;
