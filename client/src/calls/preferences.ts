import { type Http, unwrap } from "../http.ts";
import type { CallOptions, Preferences, UpdatePreferences } from "../types.ts";

export interface PreferenceCalls {
  get(options?: CallOptions): Promise<Preferences>;
  /** What is left out stays as it is. */
  update(body: UpdatePreferences, options?: CallOptions): Promise<Preferences>;
}

export const preferenceCalls = ({ api }: Http): PreferenceCalls => ({
  get: (options) => unwrap(api.GET("/api/v1/users/me/preferences", { ...options })),
  update: (body, options) => unwrap(api.PATCH("/api/v1/users/me/preferences", { body, ...options })),
});
