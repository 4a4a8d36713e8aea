import { secondFactorRoutes } from "@newfeed/shared/contracts/routes/second-factor.ts";
import { type Handlers, type HttpCall, implement, overHttp } from "@newfeed/shared/http/implement.ts";
import type { Express } from "express";
import { languageIn } from "../recovery/routes.ts";
import type { SignedIn, TokenIssuer } from "../sessions.ts";
import { askerOf } from "../step-up/routes.ts";
import {
  beginSecondFactor,
  confirmSecondFactor,
  logInWithSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  type SecondFactorOptions,
} from "./second-factor.ts";

type SignedInAnswer = Awaited<ReturnType<Extract<Handlers<typeof secondFactorRoutes>["loginSecondFactor"], (...args: never[]) => unknown>>>;

export interface SecondFactorRoutesOptions extends SecondFactorOptions {
  issuer: TokenIssuer;
  deviceOf: (call: HttpCall) => { userAgent: string; address: string };
  /** Sets the session's cookies, and gives the answer. */
  signedIn: (signedIn: SignedIn, message: string, call: HttpCall) => SignedInAnswer;
}

const envelope = <T>(message: string, data: T) => ({ success: true as const, message, data });

export function addSecondFactorRoutes(app: Express, options: SecondFactorRoutesOptions): void {
  const { store, deviceOf, signedIn } = options;

  implement(app, secondFactorRoutes, {
    loginSecondFactor: overHttp(async ({ body }, call) => signedIn(await logInWithSecondFactor(options, body, deviceOf(call)), "Signed in.", call)),
    secondFactor: async (_input, { user }) => {
      const factor = await store.findFactor(user.userId);
      return envelope("Your second factor.", { enabledAt: factor?.confirmedAt?.toISOString() ?? null, recoveryCodes: factor?.recoveryCodes ?? 0 });
    },
    beginSecondFactor: overHttp(async (_input, call) => envelope("Enter a code of your app.", await beginSecondFactor(options, askerOf(call)))),
    confirmSecondFactor: overHttp(async ({ body }, call) => {
      const recoveryCodes = await confirmSecondFactor(options, askerOf(call), body.code, languageIn(call));
      return envelope("Sign-in asks for a code from now on.", { recoveryCodes });
    }),
    renewRecoveryCodes: overHttp(async (_input, call) =>
      envelope("The recovery codes of before are void.", { recoveryCodes: await renewRecoveryCodes(options, askerOf(call), languageIn(call)) }),
    ),
    removeSecondFactor: overHttp(async (_input, call) => {
      await removeSecondFactor(options, askerOf(call), languageIn(call));
      return envelope("Sign-in asks for no code any more.", null);
    }),
  });
}
