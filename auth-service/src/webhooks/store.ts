import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { ofIssuers } from "../external-tokens/keys.ts";
import * as sql from "./statements.ts";

/** What may be done within one transaction. */
export const webhookOperations = (query: Query) => ({
  /** False for a delivery that has taken effect. */
  noteDelivery: async (id: string): Promise<boolean> => (await query(sql.insertDelivery, { id })).length > 0,
  /** False when a newer state of the issuer's user, or the same one, is known. */
  noteLoginVersion: async ({ providerUserId, name }: { providerUserId: string; name: string }, version: number): Promise<boolean> =>
    (await query(sql.raiseVersion, { providers: ofIssuers, providerUserId, name, version })).length > 0,
});

export const webhookRetention = (database: Pick<Database, "transaction">) => [sql.oldDeliveries("webhook_deliveries", database)];
