import { createCipheriv, createECDH, createHash, createPrivateKey, hkdfSync, randomBytes, sign } from "node:crypto";

/** Where a browser's push service takes pushes for it, and the keys that encrypt them. */
export interface PushSubscription {
  endpoint: string;
  /** Its public key, and its secret: base64url. */
  p256dh: string;
  auth: string;
}

export interface Push {
  /** JSON; four kilobytes hold about 3,900 bytes of it. */
  payload: string;
  /** For how long a push service keeps it for a device that is away. */
  ttlSeconds: number;
  urgency: "low" | "normal" | "high";
  /** What replaces an earlier push of the same key that has not arrived yet; null for none. */
  collapseKey: string | null;
}

const curve = "prime256v1";
const recordBytes = 4_096;
const [uncompressed, coordinateBytes] = [1, 32] as const;
const base64url = (bytes: Buffer) => bytes.toString("base64url");
const derive = (key: Buffer, salt: Buffer, info: Buffer | string, length: number) => Buffer.from(hkdfSync("sha256", key, salt, info, length));

/** Encrypts a payload for one browser, as `aes128gcm` in one record (RFC 8188, RFC 8291). Throws for keys that are none. */
export function encryptPush(payload: string, { p256dh, auth }: Pick<PushSubscription, "p256dh" | "auth">): Buffer {
  const receiver = Buffer.from(p256dh, "base64url");
  const own = createECDH(curve);
  const ownPublic = own.generateKeys();
  const salt = randomBytes(16);
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), receiver, ownPublic]);
  const keyMaterial = derive(own.computeSecret(receiver), Buffer.from(auth, "base64url"), info, 32);
  const contentKey = derive(keyMaterial, salt, "Content-Encoding: aes128gcm\0", 16);
  const nonce = derive(keyMaterial, salt, "Content-Encoding: nonce\0", 12);
  const cipher = createCipheriv("aes-128-gcm", contentKey, nonce);
  // The delimiter of the last record.
  const record = Buffer.concat([cipher.update(payload, "utf8"), cipher.update(Buffer.from([2])), cipher.final(), cipher.getAuthTag()]);
  const header = Buffer.alloc(5);
  header.writeUInt32BE(recordBytes);
  header[4] = ownPublic.length;
  return Buffer.concat([salt, header, ownPublic, record]);
}

/**
 * The keys by which push services know the server (RFC 8292): always the same for a secret, since browsers subscribe for one. `contact`: a
 * URL, or `mailto:`, that operators of push services may turn to.
 */
export function createPushKeys(secret: string, contact: string) {
  const pair = createECDH(curve);
  // A key is below the order of the curve: one in 2^32 is not.
  for (let tried = 0; ; tried++)
    try {
      pair.setPrivateKey(Buffer.from(hkdfSync("sha256", secret, "", `newfeed push keys ${tried}`, coordinateBytes)));
      break;
    } catch {}
  const publicBytes = pair.getPublicKey();
  const coordinate = (index: number) => base64url(publicBytes.subarray(uncompressed + index * coordinateBytes, uncompressed + (index + 1) * coordinateBytes));
  const jwk = { kty: "EC", crv: "P-256", d: base64url(pair.getPrivateKey()), x: coordinate(0), y: coordinate(1) };
  const privateKey = createPrivateKey({ key: jwk, format: "jwk" });
  const encode = (value: object) => base64url(Buffer.from(JSON.stringify(value)));
  return {
    /** What browsers subscribe with: base64url. */
    publicKey: base64url(publicBytes),
    /** `Authorization` of a push to an endpoint; for twelve hours. */
    authorizationFor(endpoint: string): string {
      const expiry = Math.floor(Date.now() / 1_000) + 12 * 3_600;
      const claims = `${encode({ typ: "JWT", alg: "ES256" })}.${encode({ aud: new URL(endpoint).origin, exp: expiry, sub: contact })}`;
      const signature = sign("sha256", Buffer.from(claims), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return `vapid t=${claims}.${base64url(signature)}, k=${base64url(publicBytes)}`;
    },
  };
}
export type PushKeys = ReturnType<typeof createPushKeys>;

/** A push as it is sent (RFC 8030). */
export function webPushRequest(keys: Pick<PushKeys, "authorizationFor">, subscription: PushSubscription, { payload, ttlSeconds, urgency, collapseKey }: Push) {
  return {
    headers: {
      "content-encoding": "aes128gcm",
      "content-type": "application/octet-stream",
      ttl: String(ttlSeconds),
      urgency,
      authorization: keys.authorizationFor(subscription.endpoint),
      // 32 characters of base64url at most.
      ...(collapseKey !== null && { topic: createHash("sha256").update(collapseKey).digest("base64url").slice(0, 32) }),
    },
    body: encryptPush(payload, subscription),
  };
}
