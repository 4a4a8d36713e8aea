import * as z from "zod";
import { Session } from "../account-dto.ts";
import { Username } from "../dto.ts";
import { SessionId, UserId } from "../ids.ts";
import { defineRoutes } from "./define.ts";

// No API token looks at the sessions of others.
const common = { service: "auth-service", tag: "Operations", unverified: true } as const;
const path = "/api/v1/accounts/:username/sessions";
const ofAccount = { params: z.object({ username: Username }) };

const SessionsOfAccount = z
  .object({
    userId: UserId,
    username: z.string(),
    sessions: z.array(Session).meta({ description: "Those that were used last first, a hundred at most" }),
  })
  .meta({ id: "SessionsOfAccount" });
export type SessionsOfAccount = z.output<typeof SessionsOfAccount>;

/** Where others are signed in. */
export const othersSessionRoutes = defineRoutes(common, {
  listAccountSessions: {
    method: "get",
    path,
    summary: "Where a user is signed in, for administrators and auditors",
    access: "user",
    scope: null,
    ...ofAccount,
    response: SessionsOfAccount,
    errors: ["forbidden", "not_found"],
  },
  endAccountSession: {
    method: "delete",
    path: `${path}/:id`,
    summary: "Sign a user out of one device, as an administrator",
    access: "user",
    scope: null,
    params: z.object({ username: Username, id: SessionId }),
    errors: ["forbidden", "not_found"],
  },
  endAccountSessions: {
    method: "delete",
    path,
    summary: "Sign a user out everywhere, as an administrator: their API tokens stay",
    access: "user",
    scope: null,
    ...ofAccount,
    errors: ["forbidden", "not_found"],
  },
});
