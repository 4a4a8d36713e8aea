import type { IncomingMessage } from "node:http";

/**
 * Whether this request may use the session cookie: it comes from no page, from the same origin, or from an allowed one. (OWASP CSRF Prevention: Fetch Metadata, then Origin.)
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
