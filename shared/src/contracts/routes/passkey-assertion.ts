import * as z from "zod";

export const Base64Url = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\w-]+$/, "must be base64url");

/** The most that an id of a credential has, 1,023 bytes (WebAuthn Level 3, section 4). */
export const CredentialId = Base64Url(1_364);

/** What `navigator.credentials.get` gives; what else is in it is passed over. */
export const PasskeyAssertion = z
  .object({
    id: CredentialId,
    rawId: CredentialId,
    type: z.literal("public-key"),
    response: z.object({
      clientDataJSON: Base64Url(8_000),
      authenticatorData: Base64Url(8_000),
      signature: Base64Url(2_000),
      userHandle: Base64Url(128).nullish(),
    }),
  })
  .meta({ id: "PasskeyAssertion", description: "What `navigator.credentials.get` gives, as JSON (WebAuthn, `AuthenticationResponseJSON`)" });
export type PasskeyAssertion = z.output<typeof PasskeyAssertion>;
