import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { expect, test } from "vitest";
import { createPushKeys, encryptPush, webPushRequest } from "./web-push.ts";

/** A browser: it makes its keys, and decrypts what it is sent (RFC 8291, section 3). */
function browser() {
  const own = createECDH("prime256v1");
  own.generateKeys();
  const auth = randomBytes(16);
  const derive = (key: Buffer, salt: Buffer, info: Buffer | string, length: number) => Buffer.from(hkdfSync("sha256", key, salt, info, length));
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

const secret = "a secret of delivery-service, of tests";

test("the browser that a push is for can read it, another one cannot", () => {
  const [mine, others] = [browser(), browser()];
  const sent = encryptPush("Grüße 👋", mine.keys);
  expect(mine.decrypt(sent)).toBe("Grüße 👋");
  expect(() => others.decrypt(sent)).toThrow();
});

test("the keys of a secret are always the same, and sign for one push service", () => {
  const keys = createPushKeys(secret, "https://feed.example");
  expect(createPushKeys(secret, "https://feed.example").publicKey).toBe(keys.publicKey);
  expect(createPushKeys(`${secret}!`, "https://feed.example").publicKey).not.toBe(keys.publicKey);

  const subscription = { endpoint: "https://push.example/abc", ...browser().keys };
  const { headers } = webPushRequest(keys, subscription, { payload: "{}", ttlSeconds: 60, urgency: "normal", collapseKey: "likes of a post" });
  expect(headers).toMatchObject({ "content-encoding": "aes128gcm", ttl: "60", urgency: "normal", topic: expect.stringMatching(/^[\w-]{32}$/) });
  const [, token = "", key = ""] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(headers.authorization) ?? [];
  expect(key).toBe(keys.publicKey);
  const [header = "", claims = "", signature = ""] = token.split(".");
  expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({ aud: "https://push.example", sub: "https://feed.example" });
  const point = Buffer.from(key, "base64url");
  const publicKey = createPublicKey({
    format: "jwk",
    key: { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") },
  });
  const isSigned = verify("sha256", Buffer.from(`${header}.${claims}`), { key: publicKey, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  expect(isSigned).toBe(true);
});
