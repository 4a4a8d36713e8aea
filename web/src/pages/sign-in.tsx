import { type LoginChallenge, NewFeedError } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { foldLine, lengths } from "@newfeed/shared/contracts/text.ts";
import { usernameRule } from "@newfeed/shared/contracts/usernames.ts";
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

/** The page that led to the sign-in: a path of this site, never another site. */
function useNext(): string {
  const next = new URLSearchParams(useSearch()).get("next") ?? "/";
  const url = URL.canParse(next, location.origin) ? new URL(next, location.origin) : null;
  return url?.origin === location.origin ? url.pathname + url.search : "/";
}

/** A page of signing in or up, which leads back. */
const withNext = (page: string, next: string): string => (next === pages.home ? page : `${page}?next=${encodeURIComponent(next)}`);

const endings = {
  revoked: "You were signed out from another device.",
  expired: "Your session has ended. Sign in again to continue.",
};

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
          <PageHeading title="Sign in" />
          <FinishSignIn code={code} />
        </div>
      </div>
    );
  if (session.status === "signed-in") return <Redirect to={next} replace />;
  if (challenge) return <CodeForm challenge={challenge} leave={() => setChallenge(null)} />;
  return (
    <div className="sign-in">
      <div className="card sign-in__card">
        <PageHeading title="Sign in" />
        {failure !== null && problem === null && (
          <p className="problem" role="alert">
            {describeFailure(failure)}
          </p>
        )}
        {session.status === "ended" && (
          <p className="sign-in__notice" role="status">
            {endings[session.reason]}
          </p>
        )}
        <form onSubmit={submit}>
          <Field label="E-mail or username" name="email" autoComplete="username" required />
          <Field label="Password" name="password" type="password" autoComplete="current-password" required />
          {problem !== null && (
            <p className="problem" role="alert">
              {describeProblem(problem)} {mayBeUnconfirmed && "With an address that you have not confirmed yet, sign in with your username."}
            </p>
          )}
          <button type="submit" className="button" disabled={busy}>
            {busy ? "Signing in …" : "Sign in"}
          </button>
        </form>
        <div className="sign-in__providers">
          <PasskeyButton label="Use a passkey" use={signInWithPasskey} />
        </div>
        <ProviderButtons next={next} />
        <p className="sign-in__other">
          <Link href={pages.forgotPassword} className="link">
            Forgot your password?
          </Link>
        </p>
        <p className="sign-in__other">
          New here?{" "}
          <Link href={withNext(pages.signup, next)} className="link">
            Create an account
          </Link>
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
        <PageHeading title="Enter a code" />
        <form onSubmit={submit}>
          <Field
            label="Code"
            name="code"
            autoComplete="one-time-code"
            required
            maxLength={64}
            hint="Of your authenticator app, or one of your recovery codes."
          />
          {problem !== null && (
            <p className="problem" role="alert">
              {describeProblem(problem)}
            </p>
          )}
          <button type="submit" className="button" disabled={busy}>
            {busy ? "Signing in …" : "Sign in"}
          </button>
        </form>
        {passkey && (
          <div className="sign-in__providers">
            <PasskeyButton label="Use a passkey instead" use={() => finishWithPasskey(challenge)} />
          </div>
        )}
        <p className="sign-in__other">
          <button type="button" className="link" onClick={leave}>
            Start again
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
          <PageHeading title="Create an account" />
          <p className="sign-in__notice" role="status">
            {waits ? describeProblem(problem) : "No new accounts are taken here."}
          </p>
          <ToSignIn next={next} />
        </div>
      </div>
    );
  return (
    <div className="sign-in">
      <div className="card sign-in__card">
        <PageHeading title="Create an account" />
        <form onSubmit={submit}>
          <Field label="Name" name="fullName" autoComplete="name" maxLength={lengths.fullName} problem={problems["fullName"]} />
          <UsernameField hint={`${usernameRule[0]?.toUpperCase()}${usernameRule.slice(1)}. It cannot be changed later.`} problem={problems["username"]} />
          <Field label="E-mail" name="email" type="email" autoComplete="email" required maxLength={254} problem={problems["email"]} />
          <Field
            label="Password"
            name="password"
            type="password"
            autoComplete="new-password"
            required
            minLength={minLength}
            maxLength={maxLength}
            hint={`At least ${minLength} characters.`}
            problem={problems["password"]}
          />
          {(registration === "invite" || registration === "approval") && (
            <Field
              label={registration === "invite" ? "Invitation" : "Invitation, if you have one"}
              name="inviteCode"
              autoComplete="off"
              required={registration === "invite"}
              maxLength={64}
              defaultValue={invitation()}
              hint={registration === "invite" ? "The code that you were given." : "Without one, an administrator approves your account first."}
              problem={problems["inviteCode"]}
            />
          )}
          {problem !== null && Object.keys(problems).length === 0 && (
            <p className="problem" role="alert">
              {describeProblem(problem)}
            </p>
          )}
          <button type="submit" className="button" disabled={busy}>
            {busy ? "Creating …" : "Create account"}
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
    Already have an account?{" "}
    <Link href={withNext(pages.login, next)} className="link">
      Sign in
    </Link>
  </p>
);
