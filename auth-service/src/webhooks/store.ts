import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { ofIssuers } from "../external-tokens/keys.ts";
import * as sql from "./statements.ts";

/** What may be done within one transaction. */
export const webhookOperations = (query: Query) => ({
  /** False for a delivery that has taken effect. */
  noteDelivery: async (id: string): Promise<boolean> => (await query(sql.insertDelivery, { id })).length > 0,
  /** Null when a newer state of the issuer's user, or the same one, is known. */
  noteState: async (user: { providerUserId: string; name: string; fullName: string | null }, version: number): Promise<{ isRenamed: boolean } | null> => {
    const { providerUserId, name, fullName } = user;
    return (await query(sql.raiseVersion, { providers: ofIssuers, providerUserId, name, fullName, version }))[0] ?? null;
  },
  /** The revision of the account that gets another name; null when it is gone. Of one that waits for approval the name is changed. */
  noteRename: async (id: UserId, fullName: string) => (await query(sql.noteRename, { id, fullName }))[0] ?? null,
});

export const webhookRetention = (database: Pick<Database, "transaction">) => [sql.oldDeliveries("webhook_deliveries", database)];
