import type { IncomingMessage } from "node:http";

/**
 * May a page of this request's origin use the session cookie? Yes when the request comes from no page at all, from our
 * own origin, or from one that was allowed by name. (OWASP CSRF Prevention: Fetch Metadata, then Origin.)
 */
export function isTrustedOrigin(request: IncomingMessage, allowedOrigins: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin !== undefined) {
    if (allowedOrigins.includes(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }
  const site = request.headers["sec-fetch-site"];
  return site === undefined || site === "same-origin" || site === "none";
}
