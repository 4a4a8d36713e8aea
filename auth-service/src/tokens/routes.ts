import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { SessionId } from "@newfeed/shared/contracts/ids.ts";
import { tokenInternalRoutes, tokenRoutes } from "@newfeed/shared/contracts/routes/tokens.ts";
import { type HttpCall, implement, overHttp } from "@newfeed/shared/http/implement.ts";
import type { Express } from "express";
import { languageIn } from "../recovery/routes.ts";
import { askerOf } from "../step-up/routes.ts";
import type { StepUpOptions } from "../step-up/step-up.ts";
import type { Store } from "../store.ts";
import { claimsOfToken, createToken, endTokens, toApiToken } from "./tokens.ts";

export interface TokenRoutesOptions extends StepUpOptions {
  store: Store;
  requireVerifiedEmail: boolean;
  /** Puts the sessions and tokens that a call has ended into its answer. */
  tellEnded: (ended: readonly SessionId[], call: HttpCall) => void;
}

const envelope = <T>(message: string, data: T) => ({ success: true as const, message, data });

export function addTokenRoutes(app: Express, options: TokenRoutesOptions): void {
  const { store, requireVerifiedEmail, tellEnded } = options;

  implement(app, tokenRoutes, {
    listTokens: async (_input, { user }) => envelope("Your API tokens.", { tokens: (await store.tokensOf(user.userId)).map(toApiToken) }),
    createToken: overHttp(async ({ body }, call) =>
      envelope("The token is created. Store it now.", await createToken(options, askerOf(call), body, languageIn(call))),
    ),
    revokeToken: overHttp(async ({ params }, call) => {
      const ended = await store.transaction((operations) => endTokens(operations, call.user.userId, params.id));
      if (ended.length === 0) throw new Problem("not_found");
      tellEnded(ended, call);
      return envelope("The token is revoked.", null);
    }),
  });

  implement(app, tokenInternalRoutes, {
    apiToken: async ({ body }) => ({ token: await claimsOfToken(store, body.hash, requireVerifiedEmail) }),
  });
}
