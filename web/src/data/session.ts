import type { Account, SessionState } from "@newfeed/client";
import { useSyncExternalStore } from "react";
import { client } from "./client.ts";

const { session } = client;

export const useSession = (): SessionState =>
  useSyncExternalStore(
    (listener) => session.subscribe(listener),
    () => session.state,
  );

/** Who is signed in; null for a visitor. */
export const useMe = (): Account | null => useSession().user;
