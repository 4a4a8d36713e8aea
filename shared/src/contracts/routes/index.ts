import type { Route } from "../route.ts";
import { accountDeletionRoutes } from "./account-deletions.ts";
import { aiRoutes } from "./ai.ts";
import { authRoutes } from "./auth.ts";
import { bellRoutes } from "./bells.ts";
import { categoryRoutes } from "./categories.ts";
import { commentRoutes } from "./comments.ts";
import { deadLetterRoutes } from "./dead-letters.ts";
import { deviceRoutes } from "./devices.ts";
import { discoveryRoutes } from "./discovery.ts";
import { draftRoutes } from "./drafts.ts";
import { eventRoutes } from "./events.ts";
import { externalLoginRoutes } from "./external-logins.ts";
import { liveInstanceRoutes } from "./live-instances.ts";
import { mailRoutes } from "./mails.ts";
import { mediaRoutes } from "./media.ts";
import { moderationRoutes } from "./moderation.ts";
import { moderationRuleRoutes } from "./moderation-rules.ts";
import { notificationPreferenceRoutes } from "./notification-preferences.ts";
import { notificationRoutes } from "./notifications.ts";
import { othersSessionRoutes } from "./others-sessions.ts";
import { passkeyRoutes } from "./passkeys.ts";
import { postMuteRoutes } from "./post-mutes.ts";
import { postRoutes } from "./posts.ts";
import { preferenceRoutes } from "./preferences.ts";
import { queryRoutes } from "./query.ts";
import { recoveryRoutes } from "./recovery.ts";
import { registrationRoutes } from "./registration.ts";
import { replayRoutes } from "./replays.ts";
import { searchRoutes } from "./search.ts";
import { secondFactorRoutes } from "./second-factor.ts";
import { stepUpRoutes } from "./step-up.ts";
import { tagRoutes } from "./tags.ts";
import { tokenRoutes } from "./tokens.ts";
import { userRoutes } from "./users.ts";
import { webhookRoutes } from "./webhooks.ts";
import { whyNotifiedRoutes } from "./why-notified.ts";

const short = /^\/api\/v1\/(posts|comments|users|notifications)(?=\/|$)/;

/** All paths of a route: its own, its aliases, and the short form `/api/posts` of `/api/v1/posts`. */
export const pathsOf = (route: Route): string[] => [
  ...new Set([route.path, ...(route.aliases ?? [])].flatMap((path) => [path, path.replace(short, "/api/$1")])),
];

/**
 * Every public route by name. Literal paths stand before those with parameters that would swallow them, within one
 * service's table and between the tables.
 */
export const publicRoutes = {
  ...authRoutes,
  ...recoveryRoutes,
  ...stepUpRoutes,
  ...registrationRoutes,
  ...tokenRoutes,
  ...externalLoginRoutes,
  ...secondFactorRoutes,
  ...passkeyRoutes,
  ...discoveryRoutes,
  ...postMuteRoutes,
  ...postRoutes,
  ...draftRoutes,
  ...tagRoutes,
  ...categoryRoutes,
  ...commentRoutes,
  ...mediaRoutes,
  ...preferenceRoutes,
  ...notificationPreferenceRoutes,
  ...bellRoutes,
  ...userRoutes,
  ...whyNotifiedRoutes,
  ...notificationRoutes,
  ...queryRoutes,
  ...searchRoutes,
  ...aiRoutes,
  ...moderationRoutes,
  ...moderationRuleRoutes,
  ...eventRoutes,
  ...replayRoutes,
  ...deadLetterRoutes,
  ...accountDeletionRoutes,
  ...othersSessionRoutes,
  ...liveInstanceRoutes,
  ...webhookRoutes,
  ...deviceRoutes,
  ...mailRoutes,
} satisfies Record<string, Route>;
