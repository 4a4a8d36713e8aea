import type { IncomingMessage } from "node:http";

/** From which pages a request may use the session cookie. */
export interface TrustedOrigins {
  /** Where clients reach this feed; its sockets may have a port of their own. */
  ownOrigins: readonly string[];
  /** Of other sites. */
  allowedOrigins: readonly string[];
}

const local = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Whether this request may use the session cookie: it comes from no page, or from one of a trusted origin. Which origins
 * are our own is a list, not what Host says: the owner of a name may let it lead here. Names of the client's own machine
 * lead nowhere else, so that a local proxy in front may have any port. (OWASP CSRF Prevention: Fetch Metadata and Origin.)
 */
export function isTrustedOrigin(request: IncomingMessage, { ownOrigins, allowedOrigins }: TrustedOrigins): boolean {
  const { origin, host, "sec-fetch-site": site } = request.headers;
  if (origin === undefined) return site === undefined || site === "same-origin" || site === "none";
  if (allowedOrigins.includes(origin)) return true;
  return site !== "cross-site" && (ownOrigins.includes(origin) || (local.test(origin) && origin === `http://${host}`));
}
