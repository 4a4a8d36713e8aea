import { lengths } from "@newfeed/shared/contracts/text.ts";
import { usernameForm } from "@newfeed/shared/contracts/usernames.ts";
import { t } from "../texts/account.ts";
import { Field } from "./form.tsx";

/** The field in which a new account gets its username, with the rule that the server holds. */
export const UsernameField = ({ hint, problem }: { hint: string; problem?: string | undefined }) => (
  <Field
    label={t.signUp.username}
    name="username"
    autoComplete="username"
    required
    minLength={lengths.username.min}
    maxLength={lengths.username.max}
    pattern={`\\s*${usernameForm}\\s*`}
    title={t.signUp.usernameRule(lengths.username.min, lengths.username.max)}
    hint={hint}
    problem={problem}
  />
);
