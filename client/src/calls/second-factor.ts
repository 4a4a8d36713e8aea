import { type Http, unwrap } from "../http.ts";
import type { CallOptions, SecondFactor } from "../types.ts";

/** Codes of an authenticator app beside the password. All but `get` and `confirm` may be refused with `step_up_required`. */
export interface SecondFactorCalls {
  /** Whether it is on, and how many recovery codes are left. */
  get(options?: CallOptions): Promise<SecondFactor>;
  /** The secret for an authenticator app; `uri` is what a QR code says. */
  begin(options?: CallOptions): Promise<{ secret: string; uri: string }>;
  /** Turns it on with a first code. Resolves with the recovery codes, which are in this answer alone. */
  confirm(code: string, options?: CallOptions): Promise<string[]>;
  /** New recovery codes; those of before are void. */
  renewCodes(options?: CallOptions): Promise<string[]>;
  remove(options?: CallOptions): Promise<void>;
}

export const secondFactorCalls = ({ api }: Http): SecondFactorCalls => ({
  get: async (options) => (await unwrap(api.GET("/api/auth/second-factor", { ...options }))).data,
  begin: async (options) => (await unwrap(api.POST("/api/auth/second-factor", { body: {}, ...options }))).data,
  confirm: async (code, options) => (await unwrap(api.POST("/api/auth/second-factor/confirm", { body: { code }, ...options }))).data.recoveryCodes,
  renewCodes: async (options) => (await unwrap(api.POST("/api/auth/second-factor/recovery-codes", { body: {}, ...options }))).data.recoveryCodes,
  async remove(options) {
    await unwrap(api.DELETE("/api/auth/second-factor", { ...options }));
  },
});
