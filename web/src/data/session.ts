import type { Account, SessionState } from "@newfeed/client";
import { client } from "./client.ts";
import { useObservable } from "./hooks.ts";

export const useSession = (): SessionState => useObservable(client.session);

/** The signed-in user; null for a visitor. */
export const useMe = (): Account | null => useSession().user;
