import { randomInt } from "node:crypto";
import { Email } from "@newfeed/shared/contracts/dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import { LoginExists, usernameFrom } from "../external-logins/sign-in.ts";
import type { ExternalIdentity } from "../external-logins/store.ts";
import { identityProvider, loginIdOf, type TokenSubject } from "./keys.ts";

/** A user of the issuer elsewhere, as it names them. */
export interface ExternalUser extends Pick<TokenSubject, "issuer" | "subject"> {
  /** Null unless the issuer has verified it. */
  email: string | null;
  username: string | null;
  fullName: string | null;
}

const digits = (count: number) => String(randomInt(10 ** (count - 1), 10 ** count));

/** Usernames to try one after the other: of what the issuer says of its user, then with more and more digits. */
function* usernamesOf(identity: ExternalIdentity): Generator<string, undefined> {
  const first = usernameFrom(identity);
  if (first !== undefined) yield first;
  for (const count of [2, 4, 6, 9]) yield `${(first ?? "user").slice(0, lengths.username.max - count - 1)}_${digits(count)}`;
}

/** A user of the issuer elsewhere as a login of an account. */
export function identityOf({ email, username, fullName, ...subject }: ExternalUser): ExternalIdentity {
  const address = Email.safeParse(email).data ?? null;
  return { provider: identityProvider, providerUserId: loginIdOf(subject), name: address ?? username ?? subject.subject, email: address, username, fullName };
}

/** Does what begins with an account that may have to be created: again with another username, or without the address, while those are taken. */
export async function withAccountOf<T>(identity: ExternalIdentity, work: (identity: ExternalIdentity, username: string | undefined) => Promise<T>): Promise<T> {
  const usernames = usernamesOf(identity);
  let username: string | undefined = usernames.next().value;
  let { email } = identity;
  for (let found = 0; ; )
    try {
      return await work({ ...identity, email }, username);
    } catch (error) {
      const code = error instanceof Problem ? error.code : undefined;
      if (code === "email_taken" && email !== null) email = null;
      else if (code === "username_taken" && username !== undefined) username = usernames.next().value;
      // By signing in, in another request: it is found now.
      else if (!(error instanceof LoginExists) || ++found > 3) throw error;
    }
}
