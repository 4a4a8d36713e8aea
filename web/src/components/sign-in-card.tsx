import type { ReactNode } from "react";
import { Link } from "wouter";
import { describeProblem } from "../data/problems.ts";
import { usePasswordRules } from "../data/session.ts";
import { t } from "../texts/account.ts";
import { Field } from "./form.tsx";
import { PageHeading } from "./page-heading.tsx";

/** A page of signing in: one card in the middle. */
export const SignInCard = ({ title, children }: { title: string; children: ReactNode }) => (
  <div className="sign-in">
    <div className="card sign-in__card">
      <PageHeading title={title} />
      {children}
    </div>
  </div>
);

export const Notice = ({ children }: { children: ReactNode }) => (
  <p className="sign-in__notice" role="status">
    {children}
  </p>
);

/** What went wrong, if anything did: an error, or words. */
export const Wrong = ({ problem, more }: { problem: unknown; more?: string | false }) =>
  problem !== null && (
    <p className="problem" role="alert">
      {typeof problem === "string" ? problem : describeProblem(problem)}
      {more && ` ${more}`}
    </p>
  );

/** Where else one may go from here. */
export const Onward = ({ href, children }: { href: string; children: ReactNode }) => (
  <p className="sign-in__other">
    <Link href={href} className="link">
      {children}
    </Link>
  </p>
);

/** A password that a user chooses. */
export function NewPasswordField({ label, problem }: { label: string; problem?: string | undefined }) {
  const { minLength, maxLength } = usePasswordRules();
  return (
    <Field
      label={label}
      name="password"
      type="password"
      autoComplete="new-password"
      required
      minLength={minLength}
      maxLength={maxLength}
      hint={t.signUp.passwordHint(minLength)}
      problem={problem}
    />
  );
}
