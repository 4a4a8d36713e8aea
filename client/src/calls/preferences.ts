import { type Http, unwrap } from "../http.ts";
import type { CallOptions, NotificationPreferences, Preferences, UpdateNotificationPreferences, UpdatePreferences } from "../types.ts";

export interface PreferenceCalls {
  get(options?: CallOptions): Promise<Preferences>;
  /** What is left out stays as it is. */
  update(body: UpdatePreferences, options?: CallOptions): Promise<Preferences>;
  /** Where notifications go, and when nothing is to disturb. */
  getNotifications(options?: CallOptions): Promise<NotificationPreferences>;
  /** What is left out stays as it is. */
  updateNotifications(body: UpdateNotificationPreferences, options?: CallOptions): Promise<NotificationPreferences>;
}

export const preferenceCalls = ({ api }: Http): PreferenceCalls => ({
  get: (options) => unwrap(api.GET("/api/v1/users/me/preferences", { ...options })),
  update: (body, options) => unwrap(api.PATCH("/api/v1/users/me/preferences", { body, ...options })),
  getNotifications: (options) => unwrap(api.GET("/api/v1/users/me/notification-preferences", { ...options })),
  updateNotifications: (body, options) => unwrap(api.PATCH("/api/v1/users/me/notification-preferences", { body, ...options })),
});
