import { stepUpRoutes } from "@newfeed/shared/contracts/routes/step-up.ts";
import { type HttpCall, implement, overHttp } from "@newfeed/shared/http/implement.ts";
import type { Express } from "express";
import { type Asker, type StepUpOptions, stepUp } from "./step-up.ts";

/** The user and session of a call. Throws `unauthenticated` for a visitor. */
export const askerOf = ({ user: { userId, sessionId }, address }: HttpCall): Asker => ({ userId, sessionId, address });

export function addStepUpRoutes(app: Express, options: StepUpOptions): void {
  implement(app, stepUpRoutes, {
    stepUp: overHttp(async ({ body }, call) => {
      const provedUntil = await stepUp(options, askerOf(call), body);
      return { success: true as const, message: "Thank you. Go on.", data: { provedUntil: provedUntil.toISOString() } };
    }),
  });
}
