import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { ProviderConfig } from "@newfeed/shared/runtime/providers.ts";
import type { Configuration } from "openid-client";

/** A user as a provider names them. */
export interface Identity {
  /** Of this user alone, for ever. */
  providerUserId: string;
  /** What the user recognises the account by. */
  name: string;
  /** Null unless the provider has verified it. */
  email: string | null;
  username: string | null;
  fullName: string | null;
}

/** The secrets of one sign-in (RFC 9700, section 2.1). */
export interface Checks {
  redirectUri: string;
  state: string;
  nonce: string;
  /** Of PKCE (RFC 7636). */
  verifier: string;
}

/** A provider. Its calls end within seconds; they throw `provider_unavailable` when it does not answer. */
export interface Provider {
  readonly name: ProviderConfig["name"];
  readonly label: string;
  /** Where the user signs in. */
  authorizationUrl(checks: Checks): Promise<string>;
  /** Who has signed in there, by what the browser came back with. Throws `external_sign_in_failed`. */
  identityOf(checks: Checks, search: string): Promise<Identity>;
}

const requestSeconds = 2;
/** Less than the gateway waits for a service. */
const callEndsWithinMs = 4_000;
const keptMs = 3_600_000;
const failureKeptMs = 5_000;

/** Loaded by the first sign-in. */
const library = () => import("openid-client");

const unavailable = (cause: unknown) => new Problem("provider_unavailable", { cause, logged: true });
const noAnswer = new Set(["OAUTH_TIMEOUT", "OAUTH_ABORT", "OAUTH_RESPONSE_IS_NOT_CONFORM"]);
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  // What the provider says of it is for the log only: it may be of anyone who made the address up.
  return error instanceof TypeError || noAnswer.has(code) ? unavailable(error) : new Problem("external_sign_in_failed", { cause: error });
}

async function inTime<T>(work: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(unavailable(new Error("it took too long"))), callEndsWithinMs);
  try {
    return await Promise.race([work(), late.promise]);
  } catch (error) {
    throw problemOf(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Makes a value when it is first needed; again after an hour, and soon after a failure. */
function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: { value: Promise<T>; until: number } | undefined;
  return () => {
    if (made && Date.now() < made.until) return made.value;
    const entry = { value: make(), until: Date.now() + keptMs };
    entry.value.catch(() => {
      entry.until = Date.now() + failureKeptMs;
    });
    made = entry;
    return entry.value;
  };
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value.slice(0, 254) : null);

const isPlain = (url: string) => new URL(url).protocol === "http:";

function openIdProvider(config: Extract<ProviderConfig, { kind: "openid" }>): Provider {
  const discover = lazily(async () => {
    const oc = await library();
    try {
      return await oc.discovery(new URL(config.issuer), config.clientId, config.clientSecret, undefined, {
        timeout: requestSeconds,
        execute: isPlain(config.issuer) ? [oc.allowInsecureRequests] : [],
      });
    } catch (error) {
      throw unavailable(error);
    }
  });
  return {
    name: config.name,
    label: config.label,
    authorizationUrl: (checks) =>
      inTime(async () => {
        const oc = await library();
        return oc.buildAuthorizationUrl(await discover(), {
          ...(await requestOf(checks)),
          scope: "openid email profile",
          nonce: checks.nonce,
        }).href;
      }),
    identityOf: (checks, search) =>
      inTime(async () => {
        const oc = await library();
        const client = await discover();
        const tokens = await oc.authorizationCodeGrant(client, new URL(checks.redirectUri + search), {
          pkceCodeVerifier: checks.verifier,
          expectedState: checks.state,
          expectedNonce: checks.nonce,
          idTokenExpected: true,
        });
        const inToken: Record<string, unknown> & { sub?: string } = tokens.claims() ?? {};
        const { sub } = inToken;
        if (!sub) throw new Problem("external_sign_in_failed", { internal: "an ID token without a subject" });
        const isComplete = inToken["email"] !== undefined || client.serverMetadata().userinfo_endpoint === undefined;
        const claims: Record<string, unknown> = isComplete ? inToken : { ...inToken, ...(await oc.fetchUserInfo(client, tokens.access_token, sub)) };
        const email = claims["email_verified"] === true ? text(claims["email"]) : null;
        const username = text(claims["preferred_username"]);
        // Another issuer may give the same subject to another user.
        const providerUserId = config.name === "oidc" ? `${config.issuer} ${sub}` : sub;
        return { providerUserId, name: text(claims["email"]) ?? username ?? sub, email, username, fullName: text(claims["name"]) };
      }),
  };
}

/** GitHub has no discovery and no ID tokens. (docs.github.com, "Authorizing OAuth apps".) */
function githubProvider({ name, label, clientId, clientSecret, url, apiUrl }: Extract<ProviderConfig, { kind: "github" }>): Provider {
  const open = lazily(async (): Promise<Configuration> => {
    const oc = await library();
    const endpoints = { issuer: url, authorization_endpoint: `${url}/login/oauth/authorize`, token_endpoint: `${url}/login/oauth/access_token` };
    const client = new oc.Configuration(endpoints, clientId, { client_secret: clientSecret }, oc.ClientSecretPost(clientSecret));
    client.timeout = requestSeconds;
    if (isPlain(url)) oc.allowInsecureRequests(client);
    return client;
  });
  return {
    name,
    label,
    authorizationUrl: (checks) =>
      inTime(async () => (await library()).buildAuthorizationUrl(await open(), { ...(await requestOf(checks)), scope: "read:user user:email" }).href),
    identityOf: (checks, search) =>
      inTime(async () => {
        const oc = await library();
        const client = await open();
        const tokens = await oc.authorizationCodeGrant(client, new URL(checks.redirectUri + search), {
          pkceCodeVerifier: checks.verifier,
          expectedState: checks.state,
        });
        const get = async (path: string): Promise<unknown> => {
          const response = await oc.fetchProtectedResource(client, tokens.access_token, new URL(apiUrl + path), "GET");
          if (!response.ok) throw unavailable(new Error(`${path}: ${response.status}`));
          return response.json();
        };
        const [user, emails] = (await Promise.all([get("/user"), get("/user/emails")])) as [Record<string, unknown>, unknown];
        if (typeof user["id"] !== "number") throw new Problem("external_sign_in_failed", { internal: "a user without an id" });
        const primary = (Array.isArray(emails) ? (emails as Record<string, unknown>[]) : []).find(
          (each) => each["primary"] === true && each["verified"] === true,
        );
        const username = text(user["login"]);
        return {
          providerUserId: String(user["id"]),
          name: username ?? String(user["id"]),
          email: text(primary?.["email"]),
          username,
          fullName: text(user["name"]),
        };
      }),
  };
}

async function requestOf({ redirectUri, state, verifier }: Checks) {
  const oc = await library();
  return { redirect_uri: redirectUri, state, code_challenge: await oc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256" };
}

/** The providers that are set up, by name. */
export const createProviders = (configs: readonly ProviderConfig[]): ReadonlyMap<string, Provider> =>
  new Map(configs.map((config) => [config.name, config.kind === "github" ? githubProvider(config) : openIdProvider(config)]));
