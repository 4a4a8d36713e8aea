import { type Http, unwrap } from "../http.ts";
import type { CallOptions, ChallengePasskey, NewPasskey, Passkey, PasskeyOptions } from "../types.ts";

/**
 * Passkeys, which a browser makes and asks for (`navigator.credentials`, or `@simplewebauthn/browser`): options and results
 * travel as JSON. What comes of `challenge` goes to `session.signInWithPasskey`, `session.signInWithCode` or `session.stepUp`.
 */
export interface PasskeyCalls {
  /** For `navigator.credentials.get`. Throws `not_found` when the user has none. */
  challenge(body: ChallengePasskey, options?: CallOptions): Promise<PasskeyOptions>;
  list(options?: CallOptions): Promise<Passkey[]>;
  /** For `navigator.credentials.create`; `add` what comes of it within five minutes. Throws `step_up_required`. */
  begin(options?: CallOptions): Promise<PasskeyOptions>;
  add(body: { name: string; passkey: NewPasskey }, options?: CallOptions): Promise<Passkey>;
  rename(id: string, name: string, options?: CallOptions): Promise<Passkey>;
  /** Throws `last_sign_in` when it is the only way in, `step_up_required`. */
  remove(id: string, options?: CallOptions): Promise<void>;
}

export const passkeyCalls = ({ api }: Http): PasskeyCalls => ({
  challenge: async (body, options) => (await unwrap(api.POST("/api/auth/passkeys/challenge", { body, ...options }))).data.options,
  list: async (options) => (await unwrap(api.GET("/api/auth/passkeys", { ...options }))).data.passkeys,
  begin: async (options) => (await unwrap(api.POST("/api/auth/passkeys/begin", { body: {}, ...options }))).data.options,
  add: async (body, options) => (await unwrap(api.POST("/api/auth/passkeys", { body, ...options }))).data.passkey,
  rename: async (id, name, options) =>
    (await unwrap(api.PATCH("/api/auth/passkeys/{id}", { params: { path: { id } }, body: { name }, ...options }))).data.passkey,
  async remove(id, options) {
    await unwrap(api.DELETE("/api/auth/passkeys/{id}", { params: { path: { id } }, ...options }));
  },
});
