import { createObservable } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { type ReactNode, useEffect, useState } from "react";
import { Link } from "wouter";
import { Field, useForm } from "../components/form.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { client } from "../data/client.ts";
import { useObservable } from "../data/hooks.ts";
import { describeProblem, fieldProblems } from "../data/problems.ts";
import { usePasswordRules, useSession } from "../data/session.ts";
import "./sign-in.css";
import { t } from "../texts/account.ts";

/** Outlive the pages, which begin anew when the session ends, as it does with a new password. */
let lastToken: string | null = null;
const usedToken = createObservable<string | null>(null);

/** The token that a link in a mail brought, which then stands in no address any more. */
function useLinkToken(): string | null {
  const [token] = useState(() => /^#token=([\w-]{1,128})$/.exec(location.hash)?.[1] ?? lastToken);
  useEffect(() => {
    lastToken = token;
    if (token) history.replaceState(history.state, "", location.pathname);
  }, [token]);
  return token;
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="sign-in">
      <div className="card sign-in__card">
        <PageHeading title={title} />
        {children}
      </div>
    </div>
  );
}

const Done = ({ children }: { children: ReactNode }) => (
  <p className="sign-in__notice" role="status">
    {children}
  </p>
);

const Wrong = ({ problem }: { problem: unknown }) =>
  problem !== null && (
    <p className="problem" role="alert">
      {describeProblem(problem)}
    </p>
  );

const Onward = ({ href, children }: { href: string; children: ReactNode }) => (
  <p className="sign-in__other">
    <Link href={href} className="link">
      {children}
    </Link>
  </p>
);

export function ForgotPasswordPage() {
  const [sent, setSent] = useState(false);
  const { busy, problem, submit } = useForm(async (form) => {
    await client.session.forgotPassword(String(form.get("email")));
    setSent(true);
  });
  return (
    <Card title={t.recovery.forgotTitle}>
      {sent ? (
        <Done>{t.recovery.sent}</Done>
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
    </Card>
  );
}

export function ResetPasswordPage() {
  const token = useLinkToken();
  const done = useObservable(usedToken) === token && token !== null;
  const { minLength, maxLength } = usePasswordRules();
  const { busy, problem, submit } = useForm(async (form) => {
    await client.session.resetPassword(token ?? "", String(form.get("password")));
    usedToken.set(token);
  });
  const problems = fieldProblems(problem);
  if (done)
    return (
      <Card title={t.recovery.resetTitle}>
        <Done>{t.recovery.done}</Done>
        <Onward href={pages.login}>{t.signIn.title}</Onward>
      </Card>
    );
  return (
    <Card title={t.recovery.resetTitle}>
      {token === null ? (
        <p className="problem" role="alert">
          {t.recovery.incomplete}
        </p>
      ) : (
        <form onSubmit={submit}>
          <Field
            label={t.recovery.newPassword}
            name="password"
            type="password"
            autoComplete="new-password"
            required
            minLength={minLength}
            maxLength={maxLength}
            hint={t.signUp.passwordHint(minLength)}
            problem={problems["password"]}
          />
          {!problems["password"] && <Wrong problem={problem} />}
          <button type="submit" className="button" disabled={busy}>
            {busy ? t.recovery.setting : t.recovery.set}
          </button>
        </form>
      )}
      <Onward href={pages.forgotPassword}>{t.recovery.newLink}</Onward>
    </Card>
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
    <Card title={t.recovery.confirmTitle}>
      {address ? (
        <Done>{t.recovery.confirmed(address)}</Done>
      ) : token === null ? (
        <p className="problem" role="alert">
          {t.recovery.incomplete}
        </p>
      ) : (
        <form onSubmit={submit}>
          <Wrong problem={problem} />
          <button type="submit" className="button" disabled={busy}>
            {busy ? t.recovery.confirming : t.recovery.confirm}
          </button>
        </form>
      )}
      {onward}
    </Card>
  );
}
