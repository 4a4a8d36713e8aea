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
    <Card title="Forgot your password?">
      {sent ? (
        <Done>If there is such an account, a link is on its way to its e-mail address. It works once, for 30 minutes.</Done>
      ) : (
        <form onSubmit={submit}>
          <Field label="E-mail or username" name="email" autoComplete="username" required maxLength={254} hint="You get a link that sets a new password." />
          <Wrong problem={problem} />
          <button type="submit" className="button" disabled={busy}>
            {busy ? "Sending …" : "Send the link"}
          </button>
        </form>
      )}
      <Onward href={pages.login}>Back to the sign-in</Onward>
    </Card>
  );
}

const incomplete = "This link is not complete. Open it from the mail again, or ask for a new one.";

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
      <Card title="Set a new password">
        <Done>Your password is set, and all devices are signed out.</Done>
        <Onward href={pages.login}>Sign in</Onward>
      </Card>
    );
  return (
    <Card title="Set a new password">
      {token === null ? (
        <p className="problem" role="alert">
          {incomplete}
        </p>
      ) : (
        <form onSubmit={submit}>
          <Field
            label="New password"
            name="password"
            type="password"
            autoComplete="new-password"
            required
            minLength={minLength}
            maxLength={maxLength}
            hint={`At least ${minLength} characters.`}
            problem={problems["password"]}
          />
          {!problems["password"] && <Wrong problem={problem} />}
          <button type="submit" className="button" disabled={busy}>
            {busy ? "Setting …" : "Set the password"}
          </button>
        </form>
      )}
      <Onward href={pages.forgotPassword}>Ask for a new link</Onward>
    </Card>
  );
}

/** Only its button uses the link: scanners of mail open links too. */
export function VerifyEmailPage() {
  const token = useLinkToken();
  const { status } = useSession();
  const [address, setAddress] = useState("");
  const { busy, problem, submit } = useForm(async () => setAddress(await client.session.verifyEmail(token ?? "")));
  const onward = status === "signed-in" ? <Onward href={pages.home}>Go on</Onward> : <Onward href={pages.login}>Sign in</Onward>;
  return (
    <Card title="Confirm your e-mail address">
      {address ? (
        <Done>{address} is confirmed.</Done>
      ) : token === null ? (
        <p className="problem" role="alert">
          {incomplete}
        </p>
      ) : (
        <form onSubmit={submit}>
          <Wrong problem={problem} />
          <button type="submit" className="button" disabled={busy}>
            {busy ? "Confirming …" : "Confirm the address"}
          </button>
        </form>
      )}
      {onward}
    </Card>
  );
}
