import { createHash } from "node:crypto";

/** What an access token of the issuer elsewhere says whose it is. */
export interface TokenSubject {
  issuer: string;
  subject: string;
  /** Null where the issuer does not name its sessions. */
  sid: string | null;
}

/** What the issuer's users are called among the logins of accounts. */
export const identityProvider = "identity";

/** An issuer's user is the same, whether a sign-in or a token names it. (An index of the table says so, too.) */
export const ofIssuers: readonly string[] = ["oidc", identityProvider];

/** As external logins name the users of OpenID providers: another issuer may give the same subject to another user. */
export const loginIdOf = ({ issuer, subject }: Pick<TokenSubject, "issuer" | "subject">): string => `${issuer} ${subject}`;

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Of a refusal of all tokens of a user. `refuseSubjectsOf` of `statements.ts` computes the same. */
export const subjectKey = (subject: Pick<TokenSubject, "issuer" | "subject">): string => sha256(loginIdOf(subject));
/** Of the session that a token stands for: without a name of it, of all of the user's tokens. */
export const sessionKey = ({ issuer, subject, sid }: TokenSubject): string => sha256(JSON.stringify([issuer, subject, sid]));
