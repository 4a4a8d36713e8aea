import { type LoginChallenge, NewFeedError } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { foldLine, lengths } from "@newfeed/shared/contracts/text.ts";
import { useState } from "react";
import { Link, Redirect, useSearch } from "wouter";
import { FinishSignIn, ProviderButtons } from "../components/external-sign-in.tsx";
import { Field, useForm } from "../components/form.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { PasskeyButton } from "../components/passkey-button.tsx";
import { UsernameField } from "../components/username-field.tsx";
import { client } from "../data/client.ts";
import { broughtBack, describeFailure } from "../data/external-sign-in.ts";
import { finishWithPasskey, signInWithPasskey } from "../data/passkeys.ts";
import { describeProblem, fieldProblems } from "../data/problems.ts";
import { usePasswordRules, useSession, useSignInOptions } from "../data/session.ts";
import "./sign-in.css";
import { Message } from "../components/message.tsx";
import { t } from "../texts/account.ts";

/** The page that led to the sign-in: a path of this site, never another site. */
function useNext(): string {
  const next = new URLSearchParams(useSearch()).get("next") ?? "/";
  const url = URL.canParse(next, location.origin) ? new URL(next, location.origin) : null;
  return url?.origin === location.origin ? url.pathname + url.search : "/";
}

/** A page of signing in or up, which leads back. */
const withNext = (page: string, next: string): string => (next === pages.home ? page : `${page}?next=${encodeURIComponent(next)}`);

export function LoginPage() {
  const session = useSession();
  const next = useNext();
  const [byAddress, setByAddress] = useState(false);
  const [challenge, setChallenge] = useState<LoginChallenge | null>(null);
  const { busy, problem, submit } = useForm(async (form) => {
    const email = String(form.get("email"));
    setByAddress(email.includes("@"));
    try {
      await client.session.signIn({ email, password: String(form.get("password")) });
    } catch (error) {
      if (!(error instanceof NewFeedError) || !error.challenge) throw error;
      setChallenge(error.challenge);
    }
  });
  const code = broughtBack("code");
  const failure = broughtBack("error");
  const mayBeUnconfirmed = byAddress && problem instanceof NewFeedError && problem.code === "invalid_credentials";
  // Before the redirect: a user who is signed in may do so again, to show that it is them.
  if (code !== null)
    return (
      <div className="sign-in">
        <div className="card sign-in__card">
          <PageHeading title={t.signIn.title} />
          <FinishSignIn code={code} />
        </div>
      </div>
    );
  if (session.status === "signed-in") return <Redirect to={next} replace />;
  if (challenge) return <CodeForm challenge={challenge} leave={() => setChallenge(null)} />;
  return (
    <div className="sign-in">
      <div className="card sign-in__card">
        <PageHeading title={t.signIn.title} />
        {failure !== null && problem === null && (
          <p className="problem" role="alert">
            {describeFailure(failure)}
          </p>
        )}
        {session.status === "ended" && (
          <p className="sign-in__notice" role="status">
            {t.signIn[session.reason]}
          </p>
        )}
        <form onSubmit={submit}>
          <Field label={t.signIn.login} name="email" autoComplete="username" required />
          <Field label={t.signIn.password} name="password" type="password" autoComplete="current-password" required />
          {problem !== null && (
            <p className="problem" role="alert">
              {describeProblem(problem)} {mayBeUnconfirmed && t.signIn.unconfirmed}
            </p>
          )}
          <button type="submit" className="button" disabled={busy}>
            {busy ? t.signIn.busy : t.signIn.submit}
          </button>
        </form>
        <div className="sign-in__providers">
          <PasskeyButton label={t.signIn.usePasskey} use={signInWithPasskey} />
        </div>
        <ProviderButtons next={next} />
        <p className="sign-in__other">
          <Link href={pages.forgotPassword} className="link">
            {t.signIn.forgot}
          </Link>
        </p>
        <p className="sign-in__other">
          <Message text={t.signIn.newHere}>
            {(inside) => (
              <Link href={withNext(pages.signup, next)} className="link">
                {inside}
              </Link>
            )}
          </Message>
        </p>
      </div>
    </div>
  );
}

/** The second step of a sign-in. */
function CodeForm({ challenge: { token: challenge, passkey }, leave }: { challenge: LoginChallenge; leave: () => void }) {
  const { busy, problem, submit } = useForm(async (form) => {
    await client.session.signInWithCode({ challenge, code: String(form.get("code")) });
  });
  return (
    <div className="sign-in">
      <div className="card sign-in__card">
        <PageHeading title={t.signIn.codeTitle} />
        <form onSubmit={submit}>
          <Field label={t.signIn.code} name="code" autoComplete="one-time-code" required maxLength={64} hint={t.signIn.codeHint} />
          {problem !== null && (
            <p className="problem" role="alert">
              {describeProblem(problem)}
            </p>
          )}
          <button type="submit" className="button" disabled={busy}>
            {busy ? t.signIn.busy : t.signIn.submit}
          </button>
        </form>
        {passkey && (
          <div className="sign-in__providers">
            <PasskeyButton label={t.signIn.usePasskeyInstead} use={() => finishWithPasskey(challenge)} />
          </div>
        )}
        <p className="sign-in__other">
          <button type="button" className="link" onClick={leave}>
            {t.signIn.startAgain}
          </button>
        </p>
      </div>
    </div>
  );
}

/** The code of the invitation that led here: behind the `#`, so that no server and no log gets to see it. */
const invitation = (): string => new URLSearchParams(location.hash.slice(1)).get("invite") ?? "";

export function SignupPage() {
  const session = useSession();
  const next = useNext();
  const registration = useSignInOptions()?.registration ?? "open";
  const { minLength, maxLength } = usePasswordRules();
  const { busy, problem, submit } = useForm(async (form) => {
    const fullName = foldLine(String(form.get("fullName")));
    const inviteCode = String(form.get("inviteCode") ?? "").trim();
    await client.session.signUp({
      username: String(form.get("username")),
      email: String(form.get("email")),
      password: String(form.get("password")),
      ...(fullName && { fullName }),
      ...(inviteCode && { inviteCode }),
    });
  });
  const problems = fieldProblems(problem);
  if (session.status === "signed-in") return <Redirect to={next} replace />;
  const waits = problem instanceof NewFeedError && problem.code === "approval_pending";
  if (registration === "closed" || waits)
    return (
      <div className="sign-in">
        <div className="card sign-in__card">
          <PageHeading title={t.signUp.title} />
          <p className="sign-in__notice" role="status">
            {waits ? describeProblem(problem) : t.signUp.closed}
          </p>
          <ToSignIn next={next} />
        </div>
      </div>
    );
  return (
    <div className="sign-in">
      <div className="card sign-in__card">
        <PageHeading title={t.signUp.title} />
        <form onSubmit={submit}>
          <Field label={t.signUp.name} name="fullName" autoComplete="name" maxLength={lengths.fullName} problem={problems["fullName"]} />
          <UsernameField hint={t.signUp.usernameHint(lengths.username.min, lengths.username.max)} problem={problems["username"]} />
          <Field label={t.signUp.email} name="email" type="email" autoComplete="email" required maxLength={254} problem={problems["email"]} />
          <Field
            label={t.signIn.password}
            name="password"
            type="password"
            autoComplete="new-password"
            required
            minLength={minLength}
            maxLength={maxLength}
            hint={t.signUp.passwordHint(minLength)}
            problem={problems["password"]}
          />
          {(registration === "invite" || registration === "approval") && (
            <Field
              label={registration === "invite" ? t.signUp.invitation : t.signUp.optionalInvitation}
              name="inviteCode"
              autoComplete="off"
              required={registration === "invite"}
              maxLength={64}
              defaultValue={invitation()}
              hint={registration === "invite" ? t.signUp.invitationHint : t.signUp.approvalHint}
              problem={problems["inviteCode"]}
            />
          )}
          {problem !== null && Object.keys(problems).length === 0 && (
            <p className="problem" role="alert">
              {describeProblem(problem)}
            </p>
          )}
          <button type="submit" className="button" disabled={busy}>
            {busy ? t.signUp.busy : t.signUp.submit}
          </button>
        </form>
        <ProviderButtons next={next} inviteCode={invitation()} />
        <ToSignIn next={next} />
      </div>
    </div>
  );
}

const ToSignIn = ({ next }: { next: string }) => (
  <p className="sign-in__other">
    <Message text={t.signUp.haveAccount}>
      {(inside) => (
        <Link href={withNext(pages.login, next)} className="link">
          {inside}
        </Link>
      )}
    </Message>
  </p>
);
