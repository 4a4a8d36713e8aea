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

const secretsIn = (text: string) => text.split(/[\s,]+/).filter(Boolean);
/** 24 to 64 bytes. (Standard Webhooks, "Signature scheme".) */
const secretForm = /^(whsec_)?(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** The variables of webhooks about the issuer's users. */
export const webhookVariables = {
  SVIX_SECRET: z
    .string()
    .refine(
      (text) => secretsIn(text).length > 0 && secretsIn(text).every((secret) => secretForm.test(secret)),
      "must be a signing secret (whsec_ and base64), or several",
    )
    .optional(),
  WEBHOOK_PORT: z.coerce.number().int().min(0).max(65_535).default(8081),
};

/** How webhooks are received. */
export interface WebhookConfig {
  port: number;
  /** Several while one is replaced. */
  secrets: readonly string[];
}

/** Null when none are received. */
export const webhooksOf = ({ SVIX_SECRET: text, WEBHOOK_PORT: port }: { SVIX_SECRET?: string | undefined; WEBHOOK_PORT: number }): WebhookConfig | null =>
  text === undefined ? null : { port, secrets: secretsIn(text) };

/** Null when there is none. Throws the name of a variable that is missing beside another. */
export function identityIssuerOf(env: Variables, missing: (name: keyof Variables, beside: string) => Error): IdentityIssuer | null {
  const { IDENTITY_ISSUER: issuer, IDENTITY_JWKS_URL: jwksUrl, IDENTITY_AUDIENCE: audience } = env;
  const names = Object.keys(identityVariables) as (keyof Variables)[];
  const given = names.find((name) => env[name] !== undefined);
  const absent = names.find((name) => env[name] === undefined);
  if (given && absent) throw missing(absent, given);
  return issuer && jwksUrl && audience ? { issuer, jwksUrl, audience } : null;
}
