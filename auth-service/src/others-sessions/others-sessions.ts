import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { SessionsOfAccount } from "@newfeed/shared/contracts/routes/others-sessions.ts";
import { requireAdministrator, requireAuditor, type Viewer } from "@newfeed/shared/ports/call.ts";
import { endSessions, toSession } from "../sessions.ts";
import type { Store } from "../store.ts";

async function accountOf(store: Pick<Store, "accountsBy">, username: string): Promise<{ id: UserId; username: string }> {
  const [account] = await store.accountsBy([], [username]);
  if (!account) throw new Problem("not_found");
  return account;
}

/** Where a user is signed in. Throws `forbidden`, `not_found`. */
export async function sessionsOfAccount(store: Pick<Store, "accountsBy" | "sessionsOf">, viewer: Viewer, username: string): Promise<SessionsOfAccount> {
  requireAuditor(viewer);
  const account = await accountOf(store, username);
  const sessions = await store.sessionsOf(account.id);
  return { userId: account.id, username: account.username, sessions: sessions.map((session) => toSession(session, viewer.sessionId)) };
}

/** Ends one session of a user, or all. Gives those that there were. Throws `forbidden`, `not_found`. */
export async function endSessionsOf(
  store: Pick<Store, "accountsBy" | "transaction">,
  administrator: Viewer,
  username: string,
  id?: SessionId,
): Promise<SessionId[]> {
  requireAdministrator(administrator);
  const account = await accountOf(store, username);
  const ended = await store.transaction((operations) => endSessions(operations, account.id, id ? { id } : {}, administrator.userId));
  if (id && ended.length === 0) throw new Problem("not_found");
  return ended;
}
