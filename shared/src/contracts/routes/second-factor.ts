import * as z from "zod";
import { Opaque, Timestamp } from "../primitives.ts";
import { envelope, SignedIn } from "./auth.ts";
import { defineRoutes } from "./define.ts";
import { PasskeyAssertion } from "./passkey-assertion.ts";

/** Of an authenticator app (6 digits), or a recovery code; spaces and hyphens do not count. */
const Code = Opaque(64);
const RecoveryCodes = envelope(z.object({ recoveryCodes: z.array(z.string()).meta({ description: "Each signs in once. They are in this response alone" }) }));
const noBody = z.strictObject({}).default({});

/** Codes of an authenticator app (RFC 6238) beside the password. */
export const secondFactorRoutes = defineRoutes(
  { service: "auth-service", tag: "Session", unverified: true },
  {
    loginSecondFactor: {
      method: "post",
      path: "/api/auth/login/second-factor",
      summary: "Go on with a sign-in that was answered with `second_factor_required`, with a code or a passkey",
      access: "anyone",
      limit: "login",
      body: z.strictObject({ challenge: Opaque(128), code: Code.optional(), passkey: PasskeyAssertion.optional() }).meta({ id: "LoginSecondFactor" }),
      response: SignedIn,
      errors: ["invalid_credentials", "challenge_invalid"],
    },
    secondFactor: {
      method: "get",
      path: "/api/auth/second-factor",
      summary: "Whether sign-in asks for a code, and how many recovery codes are left",
      access: "user",
      response: envelope(z.object({ enabledAt: Timestamp.nullable(), recoveryCodes: z.int() })),
    },
    beginSecondFactor: {
      method: "post",
      path: "/api/auth/second-factor",
      summary: "Get the secret for an authenticator app, which a first code turns on. After a step-up",
      access: "user",
      body: noBody,
      bodyOptional: true,
      response: envelope(z.object({ secret: z.string().meta({ description: "Base32" }), uri: z.string().meta({ description: "For a QR code" }) })),
      errors: ["step_up_required", "conflict"],
    },
    confirmSecondFactor: {
      method: "post",
      path: "/api/auth/second-factor/confirm",
      summary: "Turn the second factor on with a first code",
      access: "user",
      body: z.strictObject({ code: Code }).meta({ id: "ConfirmSecondFactor" }),
      response: RecoveryCodes,
      errors: ["invalid_credentials"],
    },
    renewRecoveryCodes: {
      method: "post",
      path: "/api/auth/second-factor/recovery-codes",
      summary: "Get new recovery codes: those of before are void. After a step-up",
      access: "user",
      body: noBody,
      bodyOptional: true,
      response: RecoveryCodes,
      errors: ["step_up_required", "not_found"],
    },
    removeSecondFactor: {
      method: "delete",
      path: "/api/auth/second-factor",
      summary: "Turn the second factor off. After a step-up",
      access: "user",
      response: envelope(z.null()),
      errors: ["step_up_required", "not_found"],
    },
  },
);
