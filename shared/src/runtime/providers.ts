import * as z from "zod";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);
/** HTTPS, but on this machine: codes and tokens cross it. */
export const ProviderUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || loopback.has(hostname);
}, "must be an https URL");

/** The variables of providers that users sign in with; each is used when its client is given. */
export const providerVariables = {
  GOOGLE_CLIENT_ID: z.string().optional(),
  GOOGLE_CLIENT_SECRET: z.string().optional(),
  GITHUB_CLIENT_ID: z.string().optional(),
  GITHUB_CLIENT_SECRET: z.string().optional(),
  GITHUB_URL: ProviderUrl.default("https://github.com"),
  GITHUB_API_URL: ProviderUrl.default("https://api.github.com"),
  OIDC_ISSUER: ProviderUrl.optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().min(1).max(40).default("single sign-on"),
};
const Variables = z.object(providerVariables);
type Variables = z.output<typeof Variables>;

/** What a provider is called in paths and rows. */
export type ProviderName = "google" | "github" | "oidc";

interface Client {
  name: ProviderName;
  /** As users read it. */
  label: string;
  clientId: string;
  clientSecret: string;
}
/** A provider that users sign in with: OpenID Connect by its issuer, or GitHub's own form of OAuth 2.0. */
export type ProviderConfig = (Client & { kind: "openid"; issuer: string }) | (Client & { kind: "github"; url: string; apiUrl: string });

/** The providers that are set up. Throws the name of a variable that is missing beside the others of its provider. */
export function providersOf(env: Variables, missing: (name: keyof Variables, beside: string) => Error): ProviderConfig[] {
  const client = (name: ProviderName, label: string): Client | null => {
    const prefix = name.toUpperCase() as Uppercase<ProviderName>;
    const [clientId, clientSecret] = [env[`${prefix}_CLIENT_ID`], env[`${prefix}_CLIENT_SECRET`]];
    if (!clientId) return null;
    if (!clientSecret) throw missing(`${prefix}_CLIENT_SECRET`, `${prefix}_CLIENT_ID`);
    return { name, label, clientId, clientSecret };
  };
  const [google, github, oidc] = [client("google", "Google"), client("github", "GitHub"), client("oidc", env.OIDC_NAME)];
  if (oidc && !env.OIDC_ISSUER) throw missing("OIDC_ISSUER", "OIDC_CLIENT_ID");
  return [
    ...(google ? [{ ...google, kind: "openid" as const, issuer: "https://accounts.google.com" }] : []),
    ...(github ? [{ ...github, kind: "github" as const, url: env.GITHUB_URL, apiUrl: env.GITHUB_API_URL }] : []),
    ...(oidc && env.OIDC_ISSUER ? [{ ...oidc, kind: "openid" as const, issuer: env.OIDC_ISSUER }] : []),
  ];
}
