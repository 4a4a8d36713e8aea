import { invalidField } from "@newfeed/shared/contracts/errors.ts";
import { isBlank } from "@newfeed/shared/contracts/text.ts";

let common: Promise<ReadonlySet<string>> | undefined;

/** Some 50,000, loaded for the first new password: most instances never need them. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  common ??= import("@zxcvbn-ts/language-common").then(({ dictionary }) => new Set(dictionary["passwords-common"]));
  return common;
}

const refusal = (message: string) => invalidField("password", message);

/**
 * Throws `validation_failed` for a new password that is blank, shorter than `minLength` characters, the user's own name or
 * address, or one of the most common. (NIST SP 800-63B, section 3.1.1.2; common ones are compared as they are written.)
 */
export async function requireGoodPassword(password: string, minLength: number, { username, email }: { username: string; email: string }): Promise<void> {
  const composed = password.normalize("NFC");
  if (isBlank(composed)) throw refusal("must not be blank");
  if ([...composed].length < minLength) throw refusal(`must have at least ${minLength} characters`);
  const own = [username, email, email.slice(0, email.lastIndexOf("@"))].map((name) => name.toLowerCase());
  if (own.includes(composed.trim().toLowerCase())) throw refusal("must not be your username or e-mail address");
  if ((await commonPasswords()).has(composed)) throw refusal("is one of the most common passwords; choose another");
}
