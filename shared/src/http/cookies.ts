import type { IncomingMessage } from "node:http";

/** The request's cookies (RFC 6265); the first of a name wins. Values are tokens, which need no decoding. */
export function cookiesOf(request: IncomingMessage): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    if (at > 0 && !cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim());
  }
  return cookies;
}

/** The cookies of a session: `access_token` for calls, `refresh_token` for auth-service, `stream_token` for sockets and event streams. */
export type SessionCookie = "access_token" | "refresh_token" | "stream_token";

/**
 * Their names where cookies are sent over HTTPS only. Browsers accept these from this very host (`__Host-`: for all paths),
 * or from HTTPS (`__Secure-`), so that neither a page on a sibling host nor one without TLS can replace a session (RFC
 * 6265bis, section 4.1.3).
 */
const secureNames: Readonly<Record<SessionCookie, string>> = {
  access_token: "__Host-access_token",
  refresh_token: "__Secure-refresh_token",
  stream_token: "__Host-stream_token",
};

/** What to call a cookie that is set. */
export const cookieName = (cookie: SessionCookie, secure: boolean): string => (secure ? secureNames[cookie] : cookie);

/** A cookie of the session: by its secure name, else by the plain one, which development and older sessions have. */
export function sessionCookieOf(request: IncomingMessage, cookie: SessionCookie): string | undefined {
  const cookies = cookiesOf(request);
  return cookies.get(secureNames[cookie]) ?? cookies.get(cookie);
}
