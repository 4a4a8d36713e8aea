import * as z from "zod";
import type { IdentityIssuer } from "../ports/tokens.ts";
import { ProviderUrl } from "./providers.ts";

/** The variables of an issuer elsewhere whose access tokens are accepted: all of them, or none. */
export const identityVariables = {
  IDENTITY_ISSUER: ProviderUrl.optional(),
  IDENTITY_JWKS_URL: ProviderUrl.optional(),
  IDENTITY_AUDIENCE: z.string().min(1).max(255).optional(),
};
type Variables = { [K in keyof typeof identityVariables]?: string | undefined };

/** Null when there is none. Throws the name of a variable that is missing beside another. */
export function identityIssuerOf(env: Variables, missing: (name: keyof Variables, beside: string) => Error): IdentityIssuer | null {
  const { IDENTITY_ISSUER: issuer, IDENTITY_JWKS_URL: jwksUrl, IDENTITY_AUDIENCE: audience } = env;
  const names = Object.keys(identityVariables) as (keyof Variables)[];
  const given = names.find((name) => env[name] !== undefined);
  const absent = names.find((name) => env[name] === undefined);
  if (given && absent) throw missing(absent, given);
  return issuer && jwksUrl && audience ? { issuer, jwksUrl, audience } : null;
}
