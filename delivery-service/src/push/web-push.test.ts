import { expect, test } from "vitest";
import { browserKeys, vapidKeyOf } from "./testing.ts";
import { createPushKeys, encryptPush, webPushRequest } from "./web-push.ts";

const secret = "a secret of delivery-service, of tests";

test("the browser that a push is for can read it, another one cannot", () => {
  const [mine, others] = [browserKeys(), browserKeys()];
  const sent = encryptPush("Grüße 👋", mine.keys);
  expect(mine.decrypt(sent)).toBe("Grüße 👋");
  expect(() => others.decrypt(sent)).toThrow();
});

test("the keys of a secret are always the same, and sign for one push service", () => {
  const keys = createPushKeys(secret, "https://feed.example");
  expect(createPushKeys(secret, "https://feed.example").publicKey).toBe(keys.publicKey);
  expect(createPushKeys(`${secret}!`, "https://feed.example").publicKey).not.toBe(keys.publicKey);

  const subscription = { endpoint: "https://push.example/abc", ...browserKeys().keys };
  const { headers } = webPushRequest(keys, subscription, { payload: "{}", ttlSeconds: 60, urgency: "normal", collapseKey: "likes of a post" });
  expect(headers).toMatchObject({ "content-encoding": "aes128gcm", ttl: "60", urgency: "normal", topic: expect.stringMatching(/^[\w-]{32}$/) });
  expect(vapidKeyOf(headers.authorization, "https://push.example")).toBe(keys.publicKey);
  const [, claims = ""] = headers.authorization.split(".");
  expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({ sub: "https://feed.example" });
  expect(() => vapidKeyOf(headers.authorization, "https://other.example")).toThrow();
});
