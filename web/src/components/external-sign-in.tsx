import { NewFeedError } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { type ReactNode, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { finishSignIn, signInWith } from "../data/external-sign-in.ts";
import { fieldProblems } from "../data/problems.ts";
import { useSignInOptions } from "../data/session.ts";
import { t } from "../texts/account.ts";
import { Field, useForm } from "./form.tsx";
import { Onward, Wrong } from "./sign-in-card.tsx";
import { showProblem } from "./toasts.tsx";
import { UsernameField } from "./username-field.tsx";

/** A button for each provider that the installation offers. */
export function ProviderButtons({ next, inviteCode }: { next: string; inviteCode?: string }) {
  const providers = useSignInOptions()?.providers ?? [];
  if (providers.length === 0) return null;
  return (
    <div className="sign-in__providers">
      {providers.map(({ name, label }) => (
        <button
          key={name}
          type="button"
          className="button button--quiet"
          onClick={() => void signInWith(name, next, inviteCode).catch((problem: unknown) => showProblem(t.signIn.notBegun, problem))}
        >
          {t.signIn.continueWith(label)}
        </button>
      ))}
    </div>
  );
}

const asksForName = (error: unknown): boolean => error instanceof NewFeedError && (error.code === "username_taken" || "username" in fieldProblems(error));
const asksForInvitation = (error: unknown): boolean => error instanceof NewFeedError && error.code === "invite_invalid";

/** The end of a sign-in: by itself, but for a first one whose username is taken, or that needs an invitation. `appeal`: what a refusal is followed by. */
export function FinishSignIn({ code, appeal }: { code: string; appeal: (refused: unknown) => ReactNode }) {
  const [, navigate] = useLocation();
  const [refused, setRefused] = useState<unknown>(null);
  /** What is asked for stays until it is accepted. */
  const [asked, setAsked] = useState({ name: false, invitation: false });
  function refuse(error: unknown) {
    setAsked(({ name, invitation }) => ({ name: name || asksForName(error), invitation: invitation || asksForInvitation(error) }));
    setRefused(error);
  }
  const { busy, submit } = useForm(async (form) => {
    const [username, inviteCode] = ["username", "inviteCode"].map((name) => String(form.get(name) ?? "").trim());
    await finishSignIn(code, { ...(username && { username }), ...(inviteCode && { inviteCode }) }).then((next) => navigate(next, { replace: true }), refuse);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each code
  useEffect(() => {
    finishSignIn(code).then((next) => navigate(next, { replace: true }), refuse);
  }, [code]);
  if (refused === null) return <p role="status">{t.signIn.busy}</p>;
  const problem = <Wrong problem={refused} />;
  if (!asksForName(refused) && !asksForInvitation(refused))
    return (
      <>
        {problem}
        {appeal(refused)}
        <Onward href={pages.login}>{t.signIn.back}</Onward>
      </>
    );
  return (
    <form onSubmit={submit}>
      {problem}
      {asked.name && <UsernameField hint={t.signUp.newNameHint} />}
      {asked.invitation && <Field label={t.signUp.invitation} name="inviteCode" autoComplete="off" required maxLength={64} hint={t.signUp.invitationHint} />}
      <button type="submit" className="button" disabled={busy}>
        {busy ? t.signUp.busy : t.signUp.submit}
      </button>
    </form>
  );
}
