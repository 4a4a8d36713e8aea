import { type LoginChallenge, NewFeedError } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { foldLine, lengths } from "@newfeed/shared/contracts/text.ts";
import { useState } from "react";
import { Link, Redirect, useSearch } from "wouter";
import { MayAppeal } from "../components/appeal-suspension.tsx";
import { CommunityRules } from "../components/community-rules.tsx";
import { FinishSignIn, ProviderButtons } from "../components/external-sign-in.tsx";
import { Field, useForm } from "../components/form.tsx";
import { PasskeyButton } from "../components/passkey-button.tsx";
import { NewPasswordField, Notice, Onward, SignInCard, Wrong } from "../components/sign-in-card.tsx";
import { UsernameField } from "../components/username-field.tsx";
import { client } from "../data/client.ts";
import { broughtBack, describeFailure } from "../data/external-sign-in.ts";
import { finishWithPasskey, signInWithPasskey } from "../data/passkeys.ts";
import { describeProblem, fieldProblems } from "../data/problems.ts";
import { useSession, useSignInOptions } from "../data/session.ts";
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

/** The other of the two: in or up. */
const Other = ({ text, href }: { text: string; href: string }) => (
  <p className="sign-in__other">
    <Message text={text}>
      {(inside) => (
        <Link href={href} className="link">
          {inside}
        </Link>
      )}
    </Message>
  </p>
);

export function LoginPage() {
  const session = useSession();
  const next = useNext();
  const [byAddress, setByAddress] = useState(false);
  const [challenge, setChallenge] = useState<LoginChallenge | null>(null);
  const [refused, setRefused] = useState<unknown>(null);
  const { busy, problem, submit } = useForm(async (form) => {
    const email = String(form.get("email"));
    const password = String(form.get("password"));
    setByAddress(email.includes("@"));
    setRefused(null);
    try {
      await client.session.signIn({ email, password });
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
      <SignInCard title={t.signIn.title}>
        <FinishSignIn code={code} appeal={(refused) => <MayAppeal problem={refused} />} />
      </SignInCard>
    );
  if (session.status === "signed-in") return <Redirect to={next} replace />;
  if (challenge) return <CodeForm challenge={challenge} leave={() => setChallenge(null)} />;
  return (
    <SignInCard title={t.signIn.title}>
      {failure !== null && problem === null && <Wrong problem={describeFailure(failure)} />}
      {session.status === "ended" && <Notice>{t.signIn[session.reason]}</Notice>}
      <form onSubmit={submit}>
        <Field label={t.signIn.login} name="email" autoComplete="username" required />
        <Field label={t.signIn.password} name="password" type="password" autoComplete="current-password" required />
        <Wrong problem={problem} more={mayBeUnconfirmed && t.signIn.unconfirmed} />
        <button type="submit" className="button" disabled={busy}>
          {busy ? t.signIn.busy : t.signIn.submit}
        </button>
      </form>
      <MayAppeal problem={refused ?? problem} />
      <div className="sign-in__providers">
        <PasskeyButton label={t.signIn.usePasskey} use={() => noteRefusal(signInWithPasskey(), setRefused)} />
      </div>
      <ProviderButtons next={next} />
      <Onward href={pages.forgotPassword}>{t.signIn.forgot}</Onward>
      <Other text={t.signIn.newHere} href={withNext(pages.signup, next)} />
    </SignInCard>
  );
}

/** A refusal stays on the page, also where it is shown in passing. */
const noteRefusal = (work: Promise<void>, note: (problem: unknown) => void) =>
  work.catch((problem: unknown) => {
    note(problem);
    throw problem;
  });

/** The second step of a sign-in. */
function CodeForm({ challenge: { token: challenge, passkey }, leave }: { challenge: LoginChallenge; leave: () => void }) {
  const [refused, setRefused] = useState<unknown>(null);
  const { busy, problem, submit } = useForm(async (form) => {
    await client.session.signInWithCode({ challenge, code: String(form.get("code")) });
  });
  return (
    <SignInCard title={t.signIn.codeTitle}>
      <form onSubmit={submit}>
        <Field label={t.signIn.code} name="code" autoComplete="one-time-code" required maxLength={64} hint={t.signIn.codeHint} />
        <Wrong problem={problem} />
        <button type="submit" className="button" disabled={busy}>
          {busy ? t.signIn.busy : t.signIn.submit}
        </button>
      </form>
      <MayAppeal problem={refused ?? problem} />
      {passkey && (
        <div className="sign-in__providers">
          <PasskeyButton label={t.signIn.usePasskeyInstead} use={() => noteRefusal(finishWithPasskey(challenge), setRefused)} />
        </div>
      )}
      <p className="sign-in__other">
        <button type="button" className="link" onClick={leave}>
          {t.signIn.startAgain}
        </button>
      </p>
    </SignInCard>
  );
}

/** The code of the invitation that led here: behind the `#`, so that no server and no log gets to see it. */
const invitation = (): string => new URLSearchParams(location.hash.slice(1)).get("invite") ?? "";

export function SignupPage() {
  const session = useSession();
  const next = useNext();
  const registration = useSignInOptions()?.registration ?? "open";
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
      <SignInCard title={t.signUp.title}>
        <Notice>{waits ? describeProblem(problem) : t.signUp.closed}</Notice>
        <Other text={t.signUp.haveAccount} href={withNext(pages.login, next)} />
      </SignInCard>
    );
  return (
    <SignInCard title={t.signUp.title}>
      <form onSubmit={submit}>
        <Field label={t.signUp.name} name="fullName" autoComplete="name" maxLength={lengths.fullName} problem={problems["fullName"]} />
        <UsernameField hint={t.signUp.usernameHint(lengths.username.min, lengths.username.max)} problem={problems["username"]} />
        <Field label={t.signUp.email} name="email" type="email" autoComplete="email" required maxLength={254} problem={problems["email"]} />
        <NewPasswordField label={t.signIn.password} problem={problems["password"]} />
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
        <CommunityRules />
        {Object.keys(problems).length === 0 && <Wrong problem={problem} />}
        <button type="submit" className="button" disabled={busy}>
          {busy ? t.signUp.busy : t.signUp.submit}
        </button>
      </form>
      <ProviderButtons next={next} inviteCode={invitation()} />
      <Other text={t.signUp.haveAccount} href={withNext(pages.login, next)} />
    </SignInCard>
  );
}
