import { invalidField } from "@newfeed/shared/contracts/errors.ts";
import type { RouteResponse } from "@newfeed/shared/contracts/route.ts";
import { passkeyRoutes } from "@newfeed/shared/contracts/routes/passkeys.ts";
import { type HttpCall, implement, overHttp } from "@newfeed/shared/http/implement.ts";
import type { Express } from "express";
import { languageIn } from "../recovery/routes.ts";
import type { Device, SignedIn, TokenIssuer } from "../sessions.ts";
import { askerOf } from "../step-up/routes.ts";
import {
  addPasskey,
  beginPasskey,
  challengeForSecondFactor,
  challengeForSignIn,
  challengeForStepUp,
  logInWithPasskey,
  type PasskeyOptions,
  removePasskey,
  renamePasskey,
  toPasskey,
} from "./passkeys.ts";

export interface PasskeyRoutesOptions extends PasskeyOptions {
  issuer: TokenIssuer;
  deviceOf: (call: HttpCall) => Device;
  /** Sets the cookies of a session, and gives the answer. */
  signedIn: (session: SignedIn, message: string, call: HttpCall) => RouteResponse<typeof passkeyRoutes.loginPasskey>;
}

const envelope = <T>(message: string, data: T) => ({ success: true as const, message, data });

export function addPasskeyRoutes(app: Express, { deviceOf, signedIn, issuer, ...options }: PasskeyRoutesOptions): void {
  const { store } = options;

  async function challenge(purpose: "sign_in" | "second_factor" | "step_up", ofSignIn: string | undefined, call: HttpCall) {
    if (purpose === "sign_in") return challengeForSignIn(options);
    if (purpose === "step_up") return challengeForStepUp(options, askerOf(call));
    if (ofSignIn === undefined) throw invalidField("challenge", "is required");
    return challengeForSecondFactor(options, ofSignIn);
  }

  implement(app, passkeyRoutes, {
    loginPasskey: overHttp(async ({ body }, call) =>
      signedIn(await logInWithPasskey({ ...options, issuer }, body.passkey, deviceOf(call)), "Signed in.", call),
    ),
    challengePasskey: overHttp(async ({ body }, call) => envelope("Ask for the passkey.", { options: await challenge(body.purpose, body.challenge, call) })),
    listPasskeys: async (_input, { user }) => envelope("Your passkeys.", { passkeys: (await store.passkeysOf(user.userId)).map(toPasskey) }),
    beginPasskey: overHttp(async (_input, call) => envelope("Make the passkey.", { options: await beginPasskey(options, askerOf(call)) })),
    addPasskey: overHttp(async ({ body }, call) =>
      envelope("The passkey signs in from now on.", { passkey: await addPasskey(options, askerOf(call), body, languageIn(call)) }),
    ),
    renamePasskey: async ({ params, body }, { user }) =>
      envelope("The passkey is renamed.", { passkey: await renamePasskey(store, user.userId, params.id, body.name) }),
    removePasskey: overHttp(async ({ params }, call) => {
      await removePasskey(options, askerOf(call), params.id, languageIn(call));
      return envelope("The passkey is removed.", null);
    }),
  });
}
