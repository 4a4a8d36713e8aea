import type { SessionId } from "@newfeed/shared/contracts/ids.ts";
import { type Language, languageOf } from "@newfeed/shared/contracts/languages.ts";
import { recoveryRoutes } from "@newfeed/shared/contracts/routes/recovery.ts";
import { type HttpCall, implement, overHttp } from "@newfeed/shared/http/implement.ts";
import { endedSessionsHeader, endedSessionsValue } from "@newfeed/shared/http/revocations.ts";
import type { Limiter } from "@newfeed/shared/ports/limiter.ts";
import type { Express } from "express";
import { forgetFailures, type Guard } from "../login-guard.ts";
import type { Passwords } from "../passwords.ts";
import { endSessions } from "../sessions.ts";
import { askerOf } from "../step-up/routes.ts";
import type { StepUpOptions } from "../step-up/step-up.ts";
import type { Store } from "../store.ts";
import { changeAddress, confirmAddress, resendVerification } from "./addresses.ts";
import { askForReset, changePassword, resetPassword } from "./passwords.ts";

export interface RecoveryRoutesOptions {
  store: Store;
  passwords: Passwords;
  guard: Guard;
  codes: StepUpOptions["codes"];
  passkeys: StepUpOptions["passkeys"];
  limiter: Pick<Limiter, "reset">;
  passwordMinLength: number;
}

/** The language of a mail that a call causes. */
export const languageIn = ({ request }: HttpCall): Language => languageOf(request.headers["accept-language"]);

const envelope = <T>(message: string, data: T) => ({ success: true as const, message, data });

export function addRecoveryRoutes(app: Express, options: RecoveryRoutesOptions): void {
  const { store, limiter } = options;
  const tellEnded = (sessions: readonly SessionId[], { response }: HttpCall) => response.setHeader(endedSessionsHeader, endedSessionsValue(sessions));
  const origin = (call: HttpCall) => ({ address: call.address, language: languageIn(call) });

  implement(app, recoveryRoutes, {
    forgotPassword: overHttp(async ({ body }, call) => {
      await askForReset(options, body.email, languageIn(call));
      return envelope("If there is such an account, a link is on its way to its e-mail address.", null);
    }),
    resetPassword: overHttp(async ({ body }, call) => {
      const { account, ended } = await resetPassword(options, body.token, body.password, languageIn(call));
      await forgetFailures(limiter, account, call.address);
      tellEnded(ended, call);
      return envelope("The password is set. Sign in with it.", null);
    }),
    changePassword: overHttp(async ({ body }, call) => {
      tellEnded(await changePassword(options, call.user, body, origin(call)), call);
      return envelope("The password is changed, and other devices are signed out.", null);
    }),
    changeEmail: overHttp(async ({ body }, call) => {
      await changeAddress(options, askerOf(call), body, languageIn(call));
      return envelope("A link is on its way to the new address.", null);
    }),
    verifyEmail: overHttp(async ({ body }, call) => {
      const email = await confirmAddress(options, body.token, languageIn(call));
      return envelope("The address is confirmed.", { email });
    }),
    resendVerification: overHttp(async (_input, call) => {
      await resendVerification(options, call.user.userId, languageIn(call));
      return envelope("A link is on its way to your e-mail address.", null);
    }),
    endOtherSessions: overHttp(async (_input, call) => {
      const { userId, sessionId } = call.user;
      tellEnded(await store.transaction((operations) => endSessions(operations, userId, { except: sessionId })), call);
      return envelope("All other devices are signed out.", null);
    }),
  });
}
