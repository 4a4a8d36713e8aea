import { createPrivateKey, sign } from "node:crypto";
import type { FcmConfig } from "@newfeed/shared/runtime/fcm.ts";
import * as z from "zod";

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const scope = "https://www.googleapis.com/auth/firebase.messaging";
/** A token is renewed before it ends. */
const spareMs = 5 * 60_000;

export interface FcmMessage {
  token: string;
  payload: string;
  ttlSeconds: number;
  urgency: "low" | "normal" | "high";
  collapseKey: string;
}

/** How a call was answered. `gone`: the token is none any more. */
export interface FcmAnswer {
  status: number;
  gone: boolean;
  retryAfterSeconds: number | null;
}

/** Sends by Firebase Cloud Messaging, HTTP v1. Calls reject when there is no answer. */
export function createFcm({ url, account }: FcmConfig) {
  const { project_id: project, client_email: issuer, private_key: key, token_uri: audience } = account;
  const privateKey = createPrivateKey(key);
  let current: { token: Promise<string>; until: number } | undefined;

  /** By an assertion that the account signs (RFC 7523). */
  async function fetchToken(signal: AbortSignal): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const claims = `${encode({ alg: "RS256", typ: "JWT" })}.${encode({ iss: issuer, scope, aud: audience, iat: now, exp: now + 3_600 })}`;
    const assertion = `${claims}.${sign("sha256", Buffer.from(claims), privateKey).toString("base64url")}`;
    const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion });
    const answer = await fetch(audience, { method: "POST", body, redirect: "error", signal });
    if (!answer.ok) throw new Error(`no token for FCM: ${answer.status}`);
    return z.object({ access_token: z.string() }).parse(await answer.json()).access_token;
  }
  function token(signal: AbortSignal): Promise<string> {
    if (!current || current.until < Date.now()) {
      const asked = { token: fetchToken(signal), until: Date.now() + 3_600_000 - spareMs };
      asked.token.catch(() => {
        if (current === asked) current = undefined;
      });
      current = asked;
    }
    return current.token;
  }

  return {
    async send({ token: device, payload, ttlSeconds, urgency, collapseKey }: FcmMessage, signal: AbortSignal): Promise<FcmAnswer> {
      const isUrgent = urgency === "high";
      const message = {
        token: device,
        data: { payload },
        android: { priority: isUrgent ? "HIGH" : "NORMAL", ttl: `${ttlSeconds}s`, collapse_key: collapseKey },
        apns: {
          headers: {
            "apns-priority": isUrgent ? "10" : "5",
            "apns-expiration": String(Math.floor(Date.now() / 1_000) + ttlSeconds),
            // 64 bytes at most.
            "apns-collapse-id": collapseKey.slice(-64),
          },
          payload: { aps: { "content-available": 1 } },
        },
      };
      const answer = await fetch(`${url}/v1/projects/${encodeURIComponent(project)}/messages:send`, {
        method: "POST",
        headers: { authorization: `Bearer ${await token(signal)}`, "content-type": "application/json" },
        body: JSON.stringify({ message }),
        redirect: "error",
        signal,
      });
      const text = await answer.text();
      // With the next attempt there is another.
      if (answer.status === 401) current = undefined;
      const retryAfter = Number(answer.headers.get("retry-after") ?? "");
      return {
        status: answer.status,
        gone: /"errorCode":\s*"(UNREGISTERED|SENDER_ID_MISMATCH)"/.test(text),
        retryAfterSeconds: Number.isInteger(retryAfter) && retryAfter > 0 ? retryAfter : null,
      };
    },
  };
}
export type Fcm = ReturnType<typeof createFcm>;
