import { type Http, unwrap } from "../http.ts";
import type { ApiToken, CallOptions, CreateToken } from "../types.ts";

/** API tokens: what programs sign in with. */
export interface TokenCalls {
  /** The user's tokens, the newest first, without their secrets. */
  list(options?: CallOptions): Promise<ApiToken[]>;
  /** The secret is in this answer alone. Refused with `step_up_required` when the user has not signed in, or called `stepUp`, within ten minutes. */
  create(body: CreateToken, options?: CallOptions): Promise<{ secret: string; token: ApiToken }>;
  /** Its streams close at once. */
  revoke(id: string, options?: CallOptions): Promise<void>;
}

export const tokenCalls = ({ api }: Http): TokenCalls => ({
  list: async (options) => (await unwrap(api.GET("/api/auth/tokens", { ...options }))).data.tokens,
  create: async (body, options) => (await unwrap(api.POST("/api/auth/tokens", { body, ...options }))).data,
  async revoke(id, options) {
    await unwrap(api.DELETE("/api/auth/tokens/{id}", { params: { path: { id } }, ...options }));
  },
});
