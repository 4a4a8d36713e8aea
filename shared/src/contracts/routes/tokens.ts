import * as z from "zod";
import { ApiToken, TokenScope, tokenScopes } from "../account-dto.ts";
import { SessionId, UserId } from "../ids.ts";
import { FilledLine, Timestamp } from "../primitives.ts";
import { envelope } from "./auth.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "auth-service", tag: "Session", unverified: true } as const;

/** Tokens for programs. */
export const tokenRoutes = defineRoutes(common, {
  listTokens: {
    method: "get",
    path: "/api/auth/tokens",
    summary: "Your API tokens, the newest first, without their secrets",
    access: "user",
    response: envelope(z.object({ tokens: z.array(ApiToken) })),
  },
  createToken: {
    method: "post",
    path: "/api/auth/tokens",
    summary: "Create an API token. Its secret is in this response alone. After a step-up",
    access: "user",
    limit: "createToken",
    body: z
      .strictObject({
        name: FilledLine(100),
        scopes: z
          .array(TokenScope)
          .min(1)
          .max(tokenScopes.length)
          .refine((scopes) => new Set(scopes).size === scopes.length, "must not name a scope twice"),
        expiresInDays: z.int().min(1).max(366).default(90),
      })
      .meta({ id: "CreateToken" }),
    response: envelope(z.object({ secret: z.string().meta({ description: "What the program sends as its Bearer token" }), token: ApiToken })),
    status: 201,
    errors: ["step_up_required", "conflict", "forbidden"],
  },
  revokeToken: {
    method: "delete",
    path: "/api/auth/tokens/:id",
    summary: "Revoke an API token: its sockets and streams close at once",
    access: "user",
    params: z.object({ id: SessionId }),
    response: envelope(z.null()),
    errors: ["not_found"],
  },
});

/** For those who check tokens by themselves. */
export const tokenInternalRoutes = defineRoutes(common, {
  apiToken: {
    method: "post",
    path: "/internal/api-tokens",
    summary: "Whose an API token is, by its hash; null for one that does not exist, has expired or was revoked",
    access: "service",
    body: z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/) }),
    response: z.object({
      token: z
        .object({
          id: SessionId,
          userId: UserId,
          username: z.string(),
          roles: z.array(z.string()),
          scopes: z.array(TokenScope),
          unverified: z.boolean(),
          expiresAt: Timestamp,
        })
        .nullable(),
    }),
  },
});
