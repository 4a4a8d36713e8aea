import type { PasskeyAssertion } from "@newfeed/shared/contracts/routes/passkey-assertion.ts";
import type { NewPasskey } from "@newfeed/shared/contracts/routes/passkeys.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";

/** A passkey as authenticators know it. */
export interface Credential {
  credentialId: string;
  /** How browsers reach the authenticator: hints. */
  transports: string[];
}
/** What is stored of a passkey, to check its signatures. */
export interface CredentialKey extends Credential {
  /** COSE, in base64url. */
  publicKey: string;
  counter: number;
  synced: boolean;
}

/** The user of a new passkey. */
export interface CredentialOwner {
  id: string;
  username: string;
  fullName: string;
}

type IsChallenge = (challenge: string) => boolean;
type Options = Record<string, unknown>;

/** The ceremonies of WebAuthn for one domain. What comes of a credential is null when it is not what was asked for. */
export interface WebAuthn {
  readonly rpId: string;
  /** Asks for a passkey that identifies its user, by a fingerprint, a face or a PIN. `known` are those that the user has. */
  creationOptions(challenge: Buffer, owner: CredentialOwner, known: readonly Credential[]): Promise<Options>;
  created(passkey: NewPasskey, isChallenge: IsChallenge): Promise<CredentialKey | null>;
  /** Asks for a passkey of this domain, or for one of these. Whether it has to identify its user, or being at hand is enough. */
  requestOptions(challenge: Buffer, asked: { identifiesUser: boolean; oneOf?: readonly Credential[] }): Promise<Options>;
  /** The counter of a signature, if it is right. */
  asserted(passkey: PasskeyAssertion, key: CredentialKey, expected: { isChallenge: IsChallenge; identifiesUser: boolean }): Promise<{ counter: number } | null>;
}

export interface WebAuthnOptions {
  rpId: string;
  /** Of the pages that may use passkeys. */
  origins: readonly string[];
  siteName: string;
  logger: Pick<Logger, "debug">;
}

const timeoutMs = 300_000;
/** EdDSA, ES256, RS256 (RFC 9053): what authenticators have. */
const algorithms = [-8, -7, -257];

/** Loaded when the first passkey is asked for. */
const library = () => import("@simplewebauthn/server");

const describe = ({ credentialId, transports }: Credential) => ({ id: credentialId, transports });
const bytesOf = (buffer: Buffer) => new Uint8Array(buffer);

export function createWebAuthn({ rpId, origins, siteName, logger }: WebAuthnOptions): WebAuthn {
  const expected = { expectedOrigin: [...origins], expectedRPID: rpId };
  /** The library throws for whatever a client has sent. */
  async function orNull<T>(check: () => Promise<T | null>): Promise<T | null> {
    try {
      return await check();
    } catch (error) {
      logger.debug("a passkey was refused", { error });
      return null;
    }
  }
  return {
    rpId,
    async creationOptions(challenge, { id, username, fullName }, known) {
      const { generateRegistrationOptions } = await library();
      return {
        ...(await generateRegistrationOptions({
          rpID: rpId,
          rpName: siteName,
          userID: new TextEncoder().encode(id),
          userName: username,
          userDisplayName: fullName,
          challenge: bytesOf(challenge),
          attestationType: "none",
          supportedAlgorithmIDs: algorithms,
          excludeCredentials: known.map(describe),
          authenticatorSelection: { residentKey: "required", userVerification: "required" },
          timeout: timeoutMs,
        })),
      };
    },
    created: (passkey, isChallenge) =>
      orNull(async () => {
        const { verifyRegistrationResponse } = await library();
        const { response, ...rest } = passkey;
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          response: { ...rest, response: { ...response, transports: response.transports ?? [] }, clientExtensionResults: {} },
          expectedChallenge: isChallenge,
          ...expected,
          supportedAlgorithmIDs: algorithms,
          requireUserVerification: true,
        });
        if (!verified || !registrationInfo) return null;
        const { credential, credentialDeviceType } = registrationInfo;
        return {
          credentialId: credential.id,
          publicKey: Buffer.from(credential.publicKey).toString("base64url"),
          counter: credential.counter,
          transports: response.transports ?? [],
          synced: credentialDeviceType === "multiDevice",
        };
      }),
    async requestOptions(challenge, { identifiesUser, oneOf }) {
      const { generateAuthenticationOptions } = await library();
      return {
        ...(await generateAuthenticationOptions({
          rpID: rpId,
          challenge: bytesOf(challenge),
          userVerification: identifiesUser ? "required" : "preferred",
          timeout: timeoutMs,
          ...(oneOf && { allowCredentials: oneOf.map(describe) }),
        })),
      };
    },
    asserted: (passkey, key, { isChallenge, identifiesUser }) =>
      orNull(async () => {
        const { verifyAuthenticationResponse } = await library();
        const { userHandle: _compared, ...response } = passkey.response;
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          response: { ...passkey, response, clientExtensionResults: {} },
          expectedChallenge: isChallenge,
          ...expected,
          requireUserVerification: identifiesUser,
          // The counter is compared where it is stored, in one statement.
          credential: { id: key.credentialId, publicKey: bytesOf(Buffer.from(key.publicKey, "base64url")), counter: 0 },
        });
        return verified ? { counter: authenticationInfo.newCounter } : null;
      }),
  };
}

/** The domain that passkeys are for: that of the first of these origins that is none of an IP address. Null without one. */
export const rpIdOf = (origins: readonly string[]): string | null =>
  origins.map((origin) => new URL(origin).hostname).find((host) => !/^[\d.]+$/.test(host) && !host.startsWith("[")) ?? null;
