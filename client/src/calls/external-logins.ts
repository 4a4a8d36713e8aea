import { type Http, unwrap } from "../http.ts";
import type { Session } from "../session.ts";
import type { Account, CallOptions, ExternalLogin, FinishExternalSignIn } from "../types.ts";

/** The providers that an installation may offer; `session.options()` says which it does. */
export type ProviderName = "google" | "github" | "oidc";

/** A sign-in that begins: keep `verifier` until the browser is back, and open `url` in it. */
export interface ExternalSignInStart {
  url: string;
  verifier: string;
}

/** Signing in with accounts elsewhere, in a browser. */
export interface ExternalLoginCalls {
  /**
   * Begins a sign-in. The browser comes back to `returnTo`, a page of the installation or of an allowed origin, with `#code=…`
   * for `finish`, or `#error=…`, a problem's code. Needs a secure context (HTTPS, or localhost).
   */
  start(provider: ProviderName, returnTo: string): Promise<ExternalSignInStart>;
  /**
   * Signs in, once for each code. The first time the account is created. Throws `username_taken`, or `validation_failed` of
   * `username`, when another one must be chosen: call it again with that.
   */
  finish(body: FinishExternalSignIn, options?: CallOptions): Promise<Account>;
  /** The accounts elsewhere that the user signs in with, and whether there is a password. */
  list(options?: CallOptions): Promise<{ logins: ExternalLogin[]; hasPassword: boolean }>;
  /** Begins to link another one. Resolves with where the browser goes; it comes back with `#linked=…` or `#error=…`. Throws `step_up_required`. */
  link(provider: ProviderName, returnTo: string, options?: CallOptions): Promise<string>;
  /** `identity` is the user of the issuer whose access tokens are accepted. Throws `last_sign_in` when it is the only way in, `step_up_required`. */
  unlink(provider: ProviderName | "identity", options?: CallOptions): Promise<void>;
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

export function externalLoginCalls({ api }: Http, session: Session, baseUrl: string): ExternalLoginCalls {
  return {
    async start(provider, returnTo) {
      const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
      const challenge = base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
      return { url: `${baseUrl}/api/auth/${provider}?${new URLSearchParams({ returnTo, challenge })}`, verifier };
    },
    async finish(body, options) {
      const { data } = await unwrap(api.POST("/api/auth/external-sign-in", { body, ...options }));
      await session.adopt(data);
      return data.user;
    },
    list: async (options) => (await unwrap(api.GET("/api/auth/external-logins", { ...options }))).data,
    link: async (provider, returnTo, options) =>
      (await unwrap(api.POST("/api/auth/external-logins/{provider}", { params: { path: { provider } }, body: { returnTo }, ...options }))).data.url,
    async unlink(provider, options) {
      await unwrap(api.DELETE("/api/auth/external-logins/{provider}", { params: { path: { provider } }, ...options }));
    },
  };
}
