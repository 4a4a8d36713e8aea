import type { SessionId } from "@newfeed/shared/contracts/ids.ts";
import { othersSessionRoutes } from "@newfeed/shared/contracts/routes/others-sessions.ts";
import { type HttpCall, implement, overHttp } from "@newfeed/shared/http/implement.ts";
import type { Express } from "express";
import type { Store } from "../store.ts";
import { endSessionsOf, sessionsOfAccount } from "./others-sessions.ts";

interface Options {
  store: Store;
  /** Tells the gateway which sessions have ended. */
  tellEnded(sessions: readonly SessionId[], call: HttpCall): void;
}

export function addOthersSessionRoutes(app: Express, { store, tellEnded }: Options): void {
  implement(app, othersSessionRoutes, {
    listAccountSessions: ({ params }, { user }) => sessionsOfAccount(store, user, params.username),
    endAccountSession: overHttp(async ({ params }, call) => {
      tellEnded(await endSessionsOf(store, call.user, params.username, params.id), call);
    }),
    endAccountSessions: overHttp(async ({ params }, call) => {
      tellEnded(await endSessionsOf(store, call.user, params.username), call);
    }),
  });
}
