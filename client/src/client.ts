import { accountCalls, type SessionCalls } from "./calls/account.ts";
import { type CommentCalls, commentCalls, type FeedCalls, feedCalls, type PostCalls, postCalls } from "./calls/content.ts";
import { type MediaCalls, mediaCalls } from "./calls/media.ts";
import { type NotificationCalls, notificationCalls, type UserCalls, userCalls } from "./calls/people.ts";
import { cookieCredentials, memoryStorage, type TokenStorage, tokenCredentials } from "./credentials.ts";
import { createHttp } from "./http.ts";
import { isPage, pageOrigin } from "./platform.ts";
import { createSessionKeeper } from "./session.ts";

export interface ClientOptions {
  /** Where NewFeed is; in a page, the page's own origin unless said otherwise. */
  baseUrl?: string;
  /** `cookie`: the browser's, the default of pages. Elsewhere tokens, kept in memory unless said otherwise. */
  session?: "cookie" | { storage: TokenStorage };
  /** Another `fetch`; React Native needs one whose answers can be read as they come, for event streams. */
  fetch?: typeof globalThis.fetch;
}

export interface NewFeedClient {
  session: SessionCalls;
  posts: PostCalls;
  comments: CommentCalls;
  users: UserCalls;
  feed: FeedCalls;
  notifications: NotificationCalls;
  media: MediaCalls;
  /** Closes every stream and lets go of everything; signs nobody out. */
  close(): void;
}

export function createClient(options: ClientOptions = {}): NewFeedClient {
  const baseUrl = (options.baseUrl ?? pageOrigin() ?? "").replace(/\/$/, "");
  if (!baseUrl) throw new TypeError("baseUrl is needed where there is no page");
  const fetch: typeof globalThis.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const kind = options.session ?? (isPage() ? "cookie" : { storage: memoryStorage() });
  const session = createSessionKeeper({ baseUrl, fetch, credentials: kind === "cookie" ? cookieCredentials(baseUrl) : tokenCredentials(kind.storage) });
  const http = createHttp({ baseUrl, fetch, session });
  return {
    session: accountCalls(http, session),
    posts: postCalls(http),
    comments: commentCalls(http),
    users: userCalls(http),
    feed: feedCalls(http),
    notifications: notificationCalls(http),
    media: mediaCalls(http, baseUrl),
    close: () => session.close(),
  };
}
