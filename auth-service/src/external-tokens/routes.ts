import { externalTokenInternalRoutes } from "@newfeed/shared/contracts/routes/external-tokens.ts";
import type { ExternalTokensOptions } from "@newfeed/shared/http/external-tokens.ts";
import { implement } from "@newfeed/shared/http/implement.ts";
import type { Express } from "express";
import { type ExternalSessionsOptions, sessionOfToken } from "./sessions.ts";

export interface ExternalTokenRoutesOptions extends ExternalSessionsOptions {
  requireVerifiedEmail: boolean;
}

const dateOf = (time: string | null) => (time === null ? null : new Date(time));

/** Answers which session a token stands for. Throws what `sessionOfToken` does. */
export const createFindSession =
  ({ requireVerifiedEmail, ...options }: ExternalTokenRoutesOptions): ExternalTokensOptions["findSession"] =>
  async ({ token, presenter }) => {
    const session = await sessionOfToken(options, { ...token, issuedAt: new Date(token.issuedAt), provedAt: dateOf(token.provedAt) }, presenter);
    if (!session) return { session: null };
    const { isVerified, refusedUntil, ...claims } = session;
    return { session: { ...claims, unverified: requireVerifiedEmail && !isVerified, refusedUntil: refusedUntil?.toISOString() ?? null } };
  };

/** How tokens of the issuer elsewhere are verified, and what they stand for. */
export type ExternalTokenSource = Pick<ExternalTokensOptions, "fetchKeys" | "findSession">;

export function addExternalTokenRoutes(app: Express, { fetchKeys, findSession }: ExternalTokenSource): void {
  implement(app, externalTokenInternalRoutes, { externalKeys: fetchKeys, externalSession: ({ body }) => findSession(body) });
}
