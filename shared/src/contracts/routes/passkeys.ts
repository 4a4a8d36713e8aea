import * as z from "zod";
import { Passkey } from "../account-dto.ts";
import { PasskeyId } from "../ids.ts";
import { FilledLine, Opaque } from "../primitives.ts";
import { envelope, SignedIn } from "./auth.ts";
import { defineRoutes } from "./define.ts";
import { Base64Url, CredentialId, PasskeyAssertion } from "./passkey-assertion.ts";

/** What `navigator.credentials.create` gives; what else is in it is passed over. */
const NewPasskey = z
  .object({
    id: CredentialId,
    rawId: CredentialId,
    type: z.literal("public-key"),
    response: z.object({
      clientDataJSON: Base64Url(8_000),
      attestationObject: Base64Url(40_000),
      transports: z.array(z.string().max(20)).max(10).optional(),
    }),
  })
  .meta({ id: "NewPasskey", description: "What `navigator.credentials.create` gives, as JSON (WebAuthn, `RegistrationResponseJSON`)" });
export type NewPasskey = z.output<typeof NewPasskey>;

const options = (call: string, name: string) =>
  envelope(
    z.object({
      options: z
        .record(z.string(), z.unknown())
        .meta({ description: `For \`navigator.credentials.${call}\`, as JSON (WebAuthn, \`${name}\`). Good once, for five minutes` }),
    }),
  );

const Name = FilledLine(100);
const noBody = z.strictObject({}).default({});

/** Passkeys (WebAuthn): signing in without a password, and in place of a code. */
export const passkeyRoutes = defineRoutes(
  { service: "auth-service", tag: "Session", unverified: true },
  {
    loginPasskey: {
      method: "post",
      path: "/api/auth/login/passkey",
      summary: "Sign in with a passkey",
      access: "anyone",
      limit: "login",
      body: z.strictObject({ passkey: PasskeyAssertion }).meta({ id: "LoginPasskey" }),
      response: SignedIn,
      errors: ["invalid_credentials", "approval_pending", "account_suspended"],
    },
    challengePasskey: {
      method: "post",
      path: "/api/auth/passkeys/challenge",
      summary: "Ask for a passkey: to sign in, in place of a code (with the `challenge` of `second_factor_required`), or for a step-up",
      access: "anyone",
      limit: "login",
      body: z.strictObject({ purpose: z.enum(["sign_in", "second_factor", "step_up"]), challenge: Opaque(128).optional() }).meta({ id: "ChallengePasskey" }),
      response: options("get", "PublicKeyCredentialRequestOptionsJSON"),
      errors: ["unauthenticated", "challenge_invalid", "not_found"],
    },
    listPasskeys: {
      method: "get",
      path: "/api/auth/passkeys",
      summary: "Your passkeys, the newest first",
      access: "user",
      response: envelope(z.object({ passkeys: z.array(Passkey) })),
    },
    beginPasskey: {
      method: "post",
      path: "/api/auth/passkeys/begin",
      summary: "Begin to add a passkey. After a step-up",
      access: "user",
      body: noBody,
      bodyOptional: true,
      response: options("create", "PublicKeyCredentialCreationOptionsJSON"),
      errors: ["step_up_required", "conflict", "not_found"],
    },
    addPasskey: {
      method: "post",
      path: "/api/auth/passkeys",
      summary: "Add the passkey that was begun. It signs in from then on; a mail tells you",
      access: "user",
      body: z.strictObject({ name: Name, passkey: NewPasskey }).meta({ id: "AddPasskey" }),
      response: envelope(z.object({ passkey: Passkey })),
      status: 201,
      errors: ["conflict"],
    },
    renamePasskey: {
      method: "patch",
      path: "/api/auth/passkeys/:id",
      summary: "Rename a passkey",
      access: "user",
      params: z.object({ id: PasskeyId }),
      body: z.strictObject({ name: Name }).meta({ id: "RenamePasskey" }),
      response: envelope(z.object({ passkey: Passkey })),
      errors: ["not_found"],
    },
    removePasskey: {
      method: "delete",
      path: "/api/auth/passkeys/:id",
      summary: "Remove a passkey, unless it is the last way in. After a step-up; a mail tells you",
      access: "user",
      params: z.object({ id: PasskeyId }),
      response: envelope(z.null()),
      errors: ["not_found", "step_up_required", "last_sign_in"],
    },
  },
);
