import { lengths } from "@newfeed/shared/contracts/text.ts";
import { usernameForm, usernameRule } from "@newfeed/shared/contracts/usernames.ts";
import { Field } from "./form.tsx";

/** The field in which a new account gets its username, with the rule that the server holds. */
export const UsernameField = ({ hint, problem }: { hint: string; problem?: string | undefined }) => (
  <Field
    label="Username"
    name="username"
    autoComplete="username"
    required
    minLength={lengths.username.min}
    maxLength={lengths.username.max}
    pattern={`\\s*${usernameForm}\\s*`}
    title={`It needs ${usernameRule}`}
    hint={hint}
    problem={problem}
  />
);
