import * as z from "zod";
import { Opaque, Timestamp } from "../primitives.ts";
import { lengths } from "../text.ts";
import { envelope } from "./auth.ts";
import { defineRoutes } from "./define.ts";
import { PasskeyAssertion } from "./passkey-assertion.ts";

export const stepUpRoutes = defineRoutes(
  { service: "auth-service", tag: "Session", unverified: true },
  {
    stepUp: {
      method: "post",
      path: "/api/auth/step-up",
      summary:
        "Show in this session that it is you: for ten minutes, what answers `step_up_required` is allowed. Signing in does the same. With a second factor the password is not enough",
      access: "user",
      body: z
        .strictObject({ password: Opaque(lengths.password.max).optional(), code: Opaque(64).optional(), passkey: PasskeyAssertion.optional() })
        .meta({ id: "StepUp" }),
      response: envelope(z.object({ provedUntil: Timestamp })),
      errors: ["invalid_credentials", "step_up_required"],
    },
  },
);
