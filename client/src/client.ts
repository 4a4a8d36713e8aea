import type { Backoff } from "./backoff.ts";
import { accountCalls, type SessionCalls } from "./calls/account.ts";
import { type AiCalls, aiCalls } from "./calls/ai.ts";
import { type CategoryCalls, categoryCalls } from "./calls/categories.ts";
import { type CommentCalls, commentCalls, type FeedCalls, feedCalls, type PostCalls, postCalls } from "./calls/content.ts";
import type { DeviceCalls } from "./calls/devices.ts";
import { type DraftCalls, draftCalls } from "./calls/drafts.ts";
import type { EventCalls } from "./calls/events.ts";
import { type ExternalLoginCalls, externalLoginCalls } from "./calls/external-logins.ts";
import type { MailCalls } from "./calls/mails.ts";
import { type MediaCalls, mediaCalls } from "./calls/media.ts";
import type { ModerationCalls } from "./calls/moderation.ts";
import { type PasskeyCalls, passkeyCalls } from "./calls/passkeys.ts";
import { type NotificationCalls, notificationCalls, type UserCalls, userCalls } from "./calls/people.ts";
import { type PreferenceCalls, preferenceCalls } from "./calls/preferences.ts";
import { type RegistrationCalls, registrationCalls } from "./calls/registration.ts";
import { type SearchCalls, searchCalls } from "./calls/search.ts";
import { type SecondFactorCalls, secondFactorCalls } from "./calls/second-factor.ts";
import { type TagCalls, tagCalls } from "./calls/tags.ts";
import { type TokenCalls, tokenCalls } from "./calls/tokens.ts";
import type { WebhookCalls } from "./calls/webhooks.ts";
import {
  apiTokenCredentials,
  type Credentials,
  cookieCredentials,
  externalCredentials,
  memoryStorage,
  type ReadAccessToken,
  type TokenStorage,
  tokenCredentials,
} from "./credentials.ts";
import { createHttp } from "./http.ts";
import { createLive, type Follow } from "./live/follow.ts";
import type { ConnectionState, TransportChoice } from "./live/hub.ts";
import type { Observable } from "./observable.ts";
import { isPage, pageOrigin } from "./platform.ts";
import { createSession } from "./session.ts";

export interface ClientOptions {
  /** Where NewFeed is; in a page, the page's origin by default. */
  baseUrl?: string;
  /** How live streams are delivered: `socket` (all over one), `sse` (one response each), or `auto`, the default: sockets, and event streams where sockets fail. */
  transport?: TransportChoice;
  /** How long to wait, with jitter, before a lost connection is opened again; longer where the server says so. */
  backoff?: Partial<Backoff>;
  /**
   * `cookie`: the browser's, the default of pages. Elsewhere tokens, in memory by default; an API token, for a program without a
   * sign-in; or what gives the access tokens of the installation's `IDENTITY_ISSUER`, called for each request.
   */
  session?: "cookie" | { storage: TokenStorage } | { apiToken: string } | { accessToken: ReadAccessToken };
  /** Another `fetch`; React Native needs one with streaming responses, for event streams. */
  fetch?: typeof globalThis.fetch;
}

export interface NewFeedClient {
  session: SessionCalls;
  posts: PostCalls;
  comments: CommentCalls;
  drafts: DraftCalls;
  /** Summaries and titles of texts. */
  ai: AiCalls;
  /** Signing in with accounts elsewhere. */
  externalLogins: ExternalLoginCalls;
  users: UserCalls;
  feed: FeedCalls;
  notifications: NotificationCalls;
  media: MediaCalls;
  search: SearchCalls;
  tags: TagCalls;
  categories: CategoryCalls;
  /** For administrators: who may join. */
  preferences: PreferenceCalls;
  registration: RegistrationCalls;
  tokens: TokenCalls;
  secondFactor: SecondFactorCalls;
  passkeys: PasskeyCalls;
  /** Reports, and what moderators do; few need it, so it is loaded when it is first called. */
  moderation(): Promise<ModerationCalls>;
  /** What happened, for administrators and auditors; loaded in the same way. */
  events(): Promise<EventCalls>;
  /** Programs elsewhere that are told what happens here; loaded when it is first called, too. */
  webhooks(): Promise<WebhookCalls>;
  /** Devices that notifications are pushed to; loaded when it is first called, too. */
  devices(): Promise<DeviceCalls>;
  /** Mails of notifications. */
  mails(): Promise<MailCalls>;
  follow: Follow;
  /** The state of the connection that delivers the streams. */
  connection: Observable<ConnectionState>;
  /** Closes every stream and timer; the session stays. */
  close(): void;
}

function credentialsOf(kind: NonNullable<ClientOptions["session"]>, baseUrl: string): Credentials {
  if (kind === "cookie") return cookieCredentials(baseUrl);
  if ("accessToken" in kind) return externalCredentials(kind.accessToken);
  return "apiToken" in kind ? apiTokenCredentials(kind.apiToken) : tokenCredentials(kind.storage);
}

export function createClient(options: ClientOptions = {}): NewFeedClient {
  const baseUrl = (options.baseUrl ?? pageOrigin() ?? "").replace(/\/$/, "");
  if (!baseUrl) throw new TypeError("baseUrl is needed where there is no page");
  const fetch: typeof globalThis.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const kind = options.session ?? (isPage() ? "cookie" : { storage: memoryStorage() });
  const session = createSession({ baseUrl, fetch, credentials: credentialsOf(kind, baseUrl) });
  const http = createHttp({ baseUrl, fetch, session });
  const account = accountCalls(http, session);
  const feed = feedCalls(http);
  const live = createLive({
    baseUrl,
    transport: options.transport ?? "auto",
    http,
    session,
    home: feed.home,
    me: account.me,
    backoff: { baseMs: 500, maxMs: 30_000, ...options.backoff },
  });
  return {
    session: account,
    posts: postCalls(http),
    comments: commentCalls(http),
    externalLogins: externalLoginCalls(http, session, baseUrl),
    users: userCalls(http),
    feed,
    notifications: notificationCalls(http),
    media: mediaCalls(http, baseUrl),
    search: searchCalls(http),
    tags: tagCalls(http),
    categories: categoryCalls(http),
    drafts: draftCalls(http),
    ai: aiCalls(http),
    preferences: preferenceCalls(http),
    registration: registrationCalls(http),
    tokens: tokenCalls(http),
    secondFactor: secondFactorCalls(http),
    passkeys: passkeyCalls(http),
    moderation: async () => (await import("./calls/moderation.ts")).moderationCalls(http),
    events: async () => (await import("./calls/events.ts")).eventCalls(http),
    webhooks: async () => (await import("./calls/webhooks.ts")).webhookCalls(http),
    devices: async () => (await import("./calls/devices.ts")).deviceCalls(http),
    mails: async () => (await import("./calls/mails.ts")).mailCalls(http),
    follow: live.follow,
    connection: live.connection,
    close() {
      live.close();
      session.close();
    },
  };
}
