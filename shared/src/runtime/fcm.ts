import { createPrivateKey } from "node:crypto";
import * as z from "zod";

const isKey = (text: string): boolean => {
  try {
    return createPrivateKey(text).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
};

/** The key of a service account, as Google gives it out; what is used of it. */
const ServiceAccount = z.object({
  project_id: z.string().min(1),
  client_email: z.string().min(1),
  private_key: z.string().refine(isKey, "must be an RSA key"),
  token_uri: z.url({ protocol: /^https?$/ }),
});

const parsed = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue("must be JSON");
    return z.NEVER;
  }
});

/** The variables of pushes to apps. */
export const fcmVariables = {
  FCM_URL: z.url({ protocol: /^https?$/ }).default("https://fcm.googleapis.com"),
  FCM_SERVICE_ACCOUNT_KEY: parsed.pipe(ServiceAccount).optional(),
};

/** Firebase Cloud Messaging, and who we are there. */
export interface FcmConfig {
  /** Without a slash at the end. */
  url: string;
  account: z.output<typeof ServiceAccount>;
}

/** Null without an account. */
export const fcmOf = ({ FCM_URL: url, FCM_SERVICE_ACCOUNT_KEY: account }: z.output<z.ZodObject<typeof fcmVariables>>): FcmConfig | null =>
  account ? { url: url.replace(/\/+$/, ""), account } : null;
