import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
// @ts-expect-error It has no types.
import OpenIdProvider from "oidc-provider";

/** A user of a provider in tests. */
export interface ExternalUser {
  id: string;
  email?: string;
  emailVerified?: boolean;
  name?: string;
  username?: string;
}

/** A provider in this process, at which `user` is signed in and consents at once. */
export interface TestProvider {
  url: string;
  user: ExternalUser;
  /** What it answers with instead: how a provider fails. */
  broken: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  close(): Promise<void>;
}

async function listen(handler: (request: IncomingMessage, response: ServerResponse) => void, port = 0): Promise<{ server: Server; url: string }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
const closing = (server: Server) => () =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

export const client = { id: "newfeed", secret: "a secret of the tests of sign-ins" };

/** A real OpenID provider (oidc-provider). */
export async function startOpenIdProvider(redirectUri: string): Promise<TestProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {};
  const { server, url } = await listen((request, response) => (provider.broken ?? handle)(request, response));
  const provider: TestProvider = { url, user: { id: "alice" }, broken: null, close: closing(server) };
  const op = new OpenIdProvider(url, {
    clients: [
      { client_id: client.id, client_secret: client.secret, redirect_uris: [redirectUri], grant_types: ["authorization_code"], response_types: ["code"] },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
    pkce: { required: () => true },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims() {
        const { email, emailVerified = false, name, username } = provider.user;
        return { sub: id, ...(email && { email, email_verified: emailVerified }), ...(name && { name }), ...(username && { preferred_username: username }) };
      },
    }),
    interactions: { url: (_context: unknown, interaction: { uid: string }) => `/sign-in/${interaction.uid}` },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ["of the tests"] },
  });
  const callback = op.callback();
  handle = (request, response) => {
    if (!request.url?.startsWith("/sign-in/")) return void callback(request, response);
    void (async () => {
      const { params } = await op.interactionDetails(request, response);
      const accountId = provider.user.id;
      const grant = new op.Grant({ accountId, clientId: params.client_id });
      grant.addOIDCScope(params.scope);
      await op.interactionFinished(request, response, { login: { accountId }, consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: false });
    })();
  };
  return provider;
}

/** Stands in for GitHub: its pages and its API, with answers in their forms. */
export async function startGithub(): Promise<TestProvider> {
  const codes = new Map<string, string>();
  const { server, url } = await listen((request, response) => (provider.broken ?? answer)(request, response));
  const provider: TestProvider = { url, user: { id: "583231" }, broken: null, close: closing(server) };
  const json = (response: ServerResponse, value: unknown) => response.setHeader("content-type", "application/json").end(JSON.stringify(value));
  async function answer(request: IncomingMessage, response: ServerResponse) {
    const { pathname, searchParams } = new URL(request.url ?? "", url);
    if (pathname === "/login/oauth/authorize") {
      const code = `code-${codes.size}`;
      codes.set(code, searchParams.get("code_challenge") ?? "");
      const back = new URL(searchParams.get("redirect_uri") ?? "");
      back.search = `?${new URLSearchParams({ code, state: searchParams.get("state") ?? "" })}`;
      return response.writeHead(302, { location: back.href }).end();
    }
    if (pathname === "/login/oauth/access_token") {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = new URLSearchParams(Buffer.concat(chunks).toString());
      const code = body.get("code") ?? "";
      const verifier = body.get("code_verifier") ?? "";
      const proven = verifier.length >= 43 && codes.get(code) === createHash("sha256").update(verifier).digest("base64url");
      const known = body.get("client_secret") === client.secret && codes.delete(code) && proven;
      // Errors come with status 200.
      return json(response, known ? { access_token: "gho_token", token_type: "bearer", scope: "read:user,user:email" } : { error: "bad_verification_code" });
    }
    if (request.headers.authorization !== "Bearer gho_token") return response.writeHead(401).end();
    const { id, username, name, email, emailVerified = false } = provider.user;
    if (pathname === "/user") return json(response, { id: Number(id), login: username ?? null, name: name ?? null });
    return json(response, email ? [{ email, primary: true, verified: emailVerified }] : []);
  }
  return provider;
}

/** Follows a sign-in as a browser does, cookies included, from a page until it is sent to an address that begins with `end`. */
export async function follow(start: string, end: string, jar = new Map<string, string>()): Promise<URL> {
  let url = new URL(start);
  for (let steps = 0; steps < 12; steps++) {
    const own = (name: string) => name.startsWith(`${url.host} `);
    const cookie = [...jar].filter(([name]) => own(name)).map(([name, value]) => `${name.slice(url.host.length + 1)}=${value}`);
    const response = await fetch(url, { redirect: "manual", headers: { cookie: cookie.join("; "), accept: "text/html" } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      jar.set(`${url.host} ${name}`, value);
    }
    const location = response.headers.get("location");
    if (!location) throw new Error(`${url.href}: ${response.status} ${await response.text()}`);
    url = new URL(location, url);
    if (url.href.startsWith(end)) return url;
  }
  throw new Error("too many redirects");
}
