import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";

const derive = (key: Buffer, salt: Buffer, info: Buffer | string, length: number) => Buffer.from(hkdfSync("sha256", key, salt, info, length));

/** A browser's keys, and how it decrypts what it is sent (RFC 8291, section 3). */
export function browserKeys() {
  const own = createECDH("prime256v1");
  own.generateKeys();
  const auth = randomBytes(16);
  return {
    keys: { p256dh: own.getPublicKey("base64url"), auth: auth.toString("base64url") },
    decrypt(message: Buffer): string {
      const [salt, keyLength] = [message.subarray(0, 16), message[20] ?? 0];
      const [sender, record] = [message.subarray(21, 21 + keyLength), message.subarray(21 + keyLength)];
      const material = derive(own.computeSecret(sender), auth, Buffer.concat([Buffer.from("WebPush: info\0"), own.getPublicKey(), sender]), 32);
      const key = derive(material, salt, "Content-Encoding: aes128gcm\0", 16);
      const opening = createDecipheriv("aes-128-gcm", key, derive(material, salt, "Content-Encoding: nonce\0", 12));
      opening.setAuthTag(record.subarray(-16));
      const padded = Buffer.concat([opening.update(record.subarray(0, -16)), opening.final()]);
      return padded.subarray(0, padded.lastIndexOf(2)).toString();
    },
  };
}

/** Who signed it (RFC 8292). Throws for a signature that is none, or another service's. */
export function vapidKeyOf(authorization: string, origin: string): string {
  const [, token = "", key = ""] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization) ?? [];
  const [header = "", claims = "", signature = ""] = token.split(".");
  const point = Buffer.from(key, "base64url");
  const jwk = { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") };
  const publicKey = { key: createPublicKey({ format: "jwk", key: jwk }), dsaEncoding: "ieee-p1363" } as const;
  if (!verify("sha256", Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, "base64url"))) throw new Error("the signature is none");
  const { aud, exp } = JSON.parse(Buffer.from(claims, "base64url").toString());
  if (aud !== origin || exp * 1_000 < Date.now()) throw new Error(`for ${aud}, until ${exp}`);
  return key;
}
