/**
 * The pages of the web client. Its server answers these paths, also with a slash at their end, with its `index.html`; they
 * shadow nothing of the API. `nginx/newfeed.conf` says the same as a regular expression (a test compares them). Where a page
 * and a route have one path (`/search`), who accepts HTML gets the page.
 */
export const pages = {
  home: "/",
  explore: "/explore",
  login: "/login",
  signup: "/signup",
  forgotPassword: "/forgot-password",
  resetPassword: "/reset-password",
  verifyEmail: "/verify-email",
  unsubscribe: "/unsubscribe",
  notifications: "/notifications",
  search: "/search",
  settings: "/settings",
  bookmarks: "/bookmarks",
  likes: "/likes",
  unpublished: "/unpublished",
  moderation: "/moderation",
  admin: "/admin",
  rules: "/rules",
  post: "/posts/:id",
  comment: "/posts/:postId/comments/:commentId",
  tag: "/tags/:tag",
  category: "/categories/:category",
  profile: "/@:username",
  followers: "/@:username/followers",
  following: "/@:username/following",
} as const;

/** The paths of the pages. */
export const isPagePath = new RegExp(
  `^(/|(${Object.values(pages)
    .filter((path) => path !== pages.home)
    .map((path) => path.replace(/:\w+/g, "[^/]+"))
    .join("|")})/?)$`,
);

/** Does a request ask for a page, by its Accept header? */
export const acceptsPage = (accept: string | undefined): boolean => accept?.includes("text/html") ?? false;

/** Addresses that only programs and pages ask for: below them, errors are problems for everyone. */
const programPaths = /^\/(api|assets|media)(\/|$)/;

/** Does a person open this address? Then an error is a page, too. `path` is without its query. */
export const isNavigation = (method: string | undefined, path: string, accept: string | undefined): boolean =>
  (method === "GET" || method === "HEAD") && acceptsPage(accept) && !programPaths.test(path);

/** Where pages of the web client may connect to: to where they come from, and to where they send large files. */
export const connectSources = (uploadOrigins: readonly string[]): string => ["'self'", ...uploadOrigins].join(" ");

/**
 * What every file of the web client is answered with. Scripts, styles and connections are our own only (large files go to where
 * they are kept, if that is offered), and nothing is inline; pictures and videos may come from where media are kept. (W3C Content
 * Security Policy Level 3.)
 */
export const webClientHeaders = (mediaOrigins: readonly string[], connect: string = connectSources([])): Record<string, string> => ({
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["img-src 'self' data: blob:", ...mediaOrigins].join(" "),
    ["media-src 'self' blob:", ...mediaOrigins].join(" "),
    `connect-src ${connect}`,
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    // For the worker's address alone: nothing in the client makes HTML or code of a text.
    "trusted-types service-worker",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
});

/** Names of built files hold a hash of their content. */
export const hashedFiles = "/assets/";

export const webClientCaching = { hashed: "public, max-age=31536000, immutable", other: "no-cache" } as const;
