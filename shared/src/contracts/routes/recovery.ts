import * as z from "zod";
import { Email, Password } from "../dto.ts";
import { FilledLine, Opaque } from "../primitives.ts";
import { lengths } from "../text.ts";
import { envelope } from "./auth.ts";
import { defineRoutes } from "./define.ts";

/** Of a link in a mail. */
const LinkToken = Opaque(128);
const CurrentPassword = Opaque(lengths.password.max);
const noBody = z.strictObject({}).default({});

/** Passwords and addresses of accounts: what is forgotten, and what changes. */
export const recoveryRoutes = defineRoutes(
  { service: "auth-service", tag: "Session", unverified: true },
  {
    forgotPassword: {
      method: "post",
      path: "/api/auth/password/forgot",
      summary: "Have a link sent that sets a new password; `email` may hold the username. The answer is the same for an unknown one",
      access: "anyone",
      limit: "mailRequest",
      body: z.strictObject({ email: FilledLine(254) }).meta({ id: "ForgotPassword" }),
      response: envelope(z.null()),
    },
    resetPassword: {
      method: "post",
      path: "/api/auth/password/reset",
      summary: "Set a new password with a link's token: all sessions end",
      access: "anyone",
      limit: "mailLink",
      body: z.strictObject({ token: LinkToken, password: Password }).meta({ id: "ResetPassword" }),
      response: envelope(z.null()),
      errors: ["link_invalid", "email_taken"],
    },
    changePassword: {
      method: "post",
      path: "/api/auth/password/change",
      summary: "Change the password: the other sessions end",
      access: "user",
      body: z.strictObject({ current: CurrentPassword, password: Password }).meta({ id: "ChangePassword" }),
      response: envelope(z.null()),
      errors: ["invalid_credentials"],
    },
    changeEmail: {
      method: "post",
      path: "/api/auth/email/change",
      summary:
        "Have a link sent to a new e-mail address, which it becomes the account's with; the present one is informed. With the password, or a step-up before",
      access: "user",
      limit: "mailRequest",
      body: z.strictObject({ email: Email, password: CurrentPassword.optional() }).meta({ id: "ChangeEmail" }),
      response: envelope(z.null()),
      errors: ["invalid_credentials", "step_up_required"],
    },
    verifyEmail: {
      method: "post",
      path: "/api/auth/email/verify",
      summary: "Confirm an e-mail address with a link's token",
      access: "anyone",
      limit: "mailLink",
      body: z.strictObject({ token: LinkToken }).meta({ id: "VerifyEmail" }),
      response: envelope(z.object({ email: z.string() })),
      errors: ["link_invalid", "email_taken"],
    },
    resendVerification: {
      method: "post",
      path: "/api/auth/email/resend",
      summary: "Have the link that verifies the account's e-mail address sent again",
      access: "user",
      limit: "mailRequest",
      body: noBody,
      bodyOptional: true,
      response: envelope(z.null()),
    },
    endOtherSessions: {
      method: "post",
      path: "/api/auth/sessions/end-others",
      summary: "Sign out everywhere else",
      access: "user",
      body: noBody,
      bodyOptional: true,
      response: envelope(z.null()),
    },
  },
);
