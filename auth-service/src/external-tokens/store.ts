import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./statements.ts";

export const externalTokenStore = (query: Query) => ({
  /** Whether tokens of one of these keys that were issued then are refused. */
  async findRefusal(keys: readonly string[], issuedAt: Date): Promise<{ isRefused: boolean; refusedUntil: Date | null }> {
    const [refusal] = await query(sql.findRefusal, { keys, issuedAt });
    return refusal ?? { isRefused: false, refusedUntil: null };
  },
  /** The session that a key stands for, with its account; null when there is none. Notes that it is used, and a newer proof. */
  useExternalSession: async (session: { key: string; address: string; provedAt: Date | null }) => (await query(sql.useSession, session))[0] ?? null,
});

/** What may be done within one transaction. */
export const externalTokenOperations = (query: Query) => ({
  ...externalTokenStore(query),
  /** Has others that begin something with this user of the issuer wait for the end of the transaction. */
  async lockSubject(subject: string): Promise<void> {
    await query(sql.lockSubject, { subject });
  },
  /** No token of this user of the issuer, or of this session there, is accepted from now on, whenever it was issued. */
  async refuseKey(key: string): Promise<void> {
    await query(sql.refuseKey, { key });
  },
  sessionOfKey: async (key: string): Promise<{ id: SessionId; accountId: UserId } | null> => (await query(sql.findSession, { key }))[0] ?? null,
  async addExternalSession(session: { key: string; isNamed: boolean; accountId: UserId; sessionId: SessionId }): Promise<void> {
    await query(sql.insertSession, session);
  },
  externalSessionsOf: async (accountId: UserId): Promise<SessionId[]> => (await query(sql.sessionsOf, { accountId })).map(({ id }) => id),
});

export const externalTokenRetention = (database: Pick<Database, "transaction">) => [sql.oldRefusals("token_refusals", database)];
