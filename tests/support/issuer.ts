import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

export const audience = "newfeed tests";

/** An issuer elsewhere in this process: its keys, and tokens that it signs. */
export interface TestIssuer {
  url: string;
  /** How often its keys were asked for. */
  asked: number;
  keys: { keys: JWK[] };
  /** What it answers with instead: how an issuer fails. */
  broken: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  /** Of a user, for a minute from now; `undefined` removes a claim. */
  token(claims: JWTPayload, header?: object): Promise<string>;
  /** Adds a key, with which it signs from now on, and gives its id. */
  rotate(algorithm?: string): Promise<string>;
  environment: { IDENTITY_ISSUER: string; IDENTITY_JWKS_URL: string; IDENTITY_AUDIENCE: string };
  close(): Promise<void>;
}

export async function startIssuer(): Promise<TestIssuer> {
  let current: { id: string; algorithm: string; privateKey: CryptoKey };
  const server = createServer((request, response) => {
    issuer.asked++;
    if (issuer.broken) issuer.broken(request, response);
    else response.setHeader("content-type", "application/json").end(JSON.stringify(issuer.keys));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: TestIssuer = {
    url,
    asked: 0,
    keys: { keys: [] },
    broken: null,
    environment: { IDENTITY_ISSUER: url, IDENTITY_JWKS_URL: `${url}/keys`, IDENTITY_AUDIENCE: audience },
    token(claims, header) {
      const now = Math.floor(Date.now() / 1000);
      const payload = { iss: url, aud: audience, iat: now, exp: now + 60, ...claims };
      return new SignJWT(payload).setProtectedHeader({ alg: current.algorithm, kid: current.id, ...header }).sign(current.privateKey);
    },
    async rotate(algorithm = "RS256") {
      const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
      current = { id: `key-${issuer.keys.keys.length + 1}`, algorithm, privateKey };
      issuer.keys = { keys: [...issuer.keys.keys, { ...(await exportJWK(publicKey)), kid: current.id, use: "sig" }] };
      return current.id;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await issuer.rotate();
  return issuer;
}
