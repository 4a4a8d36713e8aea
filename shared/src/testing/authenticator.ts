import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest();
const base64url = (data: string | Buffer) => Buffer.from(data).toString("base64url");

/** What an authenticator, or the page around it, may do wrong. */
export interface Wrong {
  origin?: string;
  rpId?: string;
  /** Does not identify its user. */
  unverified?: true;
  counter?: number;
  /** Instead of the challenge. */
  challenge?: string;
  userHandle?: string;
}

/** Keeps one passkey, without hardware: ES256, no attestation (WebAuthn Level 3, sections 6.1 and 6.5). */
export function createAuthenticator(origin: string) {
  const id = randomBytes(16);
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  let counter = 0;
  let owner = "";

  const clientData = (type: string, challenge: unknown, wrong: Wrong) =>
    Buffer.from(JSON.stringify({ type, challenge: wrong.challenge ?? challenge, origin: wrong.origin ?? origin, crossOrigin: false }));
  function authenticatorData(flags: number, wrong: Wrong, rest = Buffer.alloc(0)): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(wrong.counter ?? ++counter);
    const verified = wrong.unverified ? 0 : 0x04;
    return Buffer.concat([sha256(wrong.rpId ?? new URL(origin).hostname), Buffer.from([flags | 0x01 | verified]), count, rest]);
  }

  return {
    credentialId: base64url(id),
    /** What `navigator.credentials.create` gives, as JSON. */
    create({ challenge, user }: Record<string, unknown>, wrong: Wrong = {}) {
      owner = (user as { id: string }).id;
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, coseOf(publicKey)]);
      const data = authenticatorData(0x40, wrong, attested);
      // {"fmt": "none", "attStmt": {}, "authData": data} in CBOR.
      const attestation = Buffer.concat([Buffer.from("a363666d74646e6f6e656761747453746d74a068617574684461746158", "hex"), Buffer.from([data.length]), data]);
      return {
        ...{ id: base64url(id), rawId: base64url(id), type: "public-key", clientExtensionResults: {}, authenticatorAttachment: "platform" },
        response: {
          clientDataJSON: base64url(clientData("webauthn.create", challenge, wrong)),
          attestationObject: base64url(attestation),
          transports: ["internal"],
        },
      };
    },
    /** What `navigator.credentials.get` gives, as JSON. */
    get({ challenge }: Record<string, unknown>, wrong: Wrong = {}) {
      const client = clientData("webauthn.get", challenge, wrong);
      const data = authenticatorData(0, wrong);
      return {
        ...{ id: base64url(id), rawId: base64url(id), type: "public-key", clientExtensionResults: {} },
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(sign("sha256", Buffer.concat([data, sha256(client)]), privateKey)),
          ...((wrong.userHandle || owner) && { userHandle: wrong.userHandle ?? owner }),
        },
      };
    },
  };
}

/** A P-256 key as COSE has it (RFC 9053, section 7.1.1). */
function coseOf(key: KeyObject): Buffer {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  return Buffer.concat([Buffer.from("a5010203262001215820", "hex"), Buffer.from(x, "base64url"), Buffer.from("225820", "hex"), Buffer.from(y, "base64url")]);
}
