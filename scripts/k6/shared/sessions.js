// Accounts and sessions.
import { fail } from "k6";
import http from "k6/http";
import { accountOf, defaultPrefix, moderatorName } from "./account.ts";
import { baseUrl, number, text } from "./options.js";

const prefix = text("USER_PREFIX", defaultPrefix);

const json = { "Content-Type": "application/json" };
/** What a request with a body sends; the scripts authenticate by tokens. */
export const headersOf = (token) => (token ? { ...json, Authorization: `Bearer ${token}` } : json);

export function expectJson(response, status, what) {
  if (response.status === 429)
    fail(`${what}: rate limit reached, retry in ${response.headers["Retry-After"]} s. Start the server with RATE_LIMIT_FACTOR=1000, or reduce USERS or VUS`);
  if (response.status !== status) fail(`${what}: ${response.status || response.error} ${response.body || ""}`);
  return response.json();
}

const send = (path, body, name, more = {}) =>
  http.post(baseUrl + path, JSON.stringify(body), { headers: headersOf(more.token), tags: { name }, ...(more.accept && { responseCallback: more.accept }) });

/** The requests of a session. Each returns k6's response. */
export const sendSignIn = ({ email, password }) => send("/api/auth/login", { email, password }, "sign in");
export const sendRefresh = (refreshToken) => send("/api/auth/refresh", { refreshToken }, "refresh");
export const sendSignOut = (token) => send("/api/auth/logout", {}, "sign out", { token });

/** Cookies would go along with the tokens. */
export const clearCookies = () => http.cookieJar().clear(baseUrl);

/** Signs a user up, or in when the account exists. */
function signUpOrIn(username) {
  const account = accountOf(username);
  const response = send("/api/auth/signup", account, "sign up", { accept: http.expectedStatuses(201, 409) });
  const answer = response.status === 409 ? expectJson(sendSignIn(account), 200, "sign in") : expectJson(response, 201, "sign up");
  clearCookies();
  const { user, tokens } = answer.data;
  return { id: user.id, email: account.email, password: account.password, token: tokens.accessToken };
}

/** For `setup`: users who follow each other. */
export function createUsers(count) {
  const accounts = Array.from({ length: count }, (_, n) => signUpOrIn(`${prefix}_${n + 1}`));
  for (const [n, { token }] of accounts.entries())
    for (const step of [1, 2, 3]) {
      const other = accounts[(n + step) % count];
      if (other.id !== accounts[n].id)
        expectJson(http.post(`${baseUrl}/api/v1/users/${other.id}/follow`, null, { headers: headersOf(token), tags: { name: "follow" } }), 200, "follow");
    }
  return accounts;
}

/** For `setup`: a moderator. Fails, and says what to do, as long as they have not been made one. */
export function createModerator() {
  const username = moderatorName(prefix);
  const account = signUpOrIn(username);
  const { status } = http.get(`${baseUrl}/api/v1/moderation/figures`, { headers: headersOf(account.token), tags: { name: "figures" } });
  if (status === 403) fail(`${username} is no moderator: run \`npm run admin -- grant ${username} moderator\` where that server's data is, then this again`);
  return account;
}

/** This virtual user's sessions, by address. */
const sessions = new Map();
/**
 * An access token of this virtual user's own session as an account; by default as the one whose turn it is. It is refreshed in time: it lasts
 * 15 minutes, a refresh token is single-use.
 */
export function signedIn(accounts, at = __VU - 1) {
  const account = accounts[at % accounts.length];
  const session = sessions.get(account.email);
  if (session && Date.now() <= session.refreshAt) return session.token;
  const response = session ? sendRefresh(session.refreshToken) : sendSignIn(account);
  const { tokens } = expectJson(response, 200, session ? "refresh" : "sign in").data;
  clearCookies();
  // At half its lifetime, or after `REFRESH_SECONDS` if that is shorter.
  const seconds = Math.min(tokens.expiresIn / 2, number("REFRESH_SECONDS", 450));
  sessions.set(account.email, { token: tokens.accessToken, refreshToken: tokens.refreshToken, refreshAt: Date.now() + seconds * 1000 });
  return tokens.accessToken;
}
