import { Problem } from "../contracts/errors.ts";
import { boolean, jsonb, text, userId } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import type { Idempotency } from "../ports/idempotency.ts";
import { statement } from "../ports/statement.ts";

const ofKey = { userId, key: text };

const findAnswer = statement({
  parameters: ofKey,
  row: { fingerprint: text, answer: jsonb<unknown>() },
  sql: ({ userId, key }) =>
    `SELECT fingerprint, answer FROM newfeed.idempotency_key WHERE user_id = ${userId} AND key = ${key} AND created_at > now() - interval '24 hours'`,
});

const takeKey = statement({
  parameters: { userAndKey: text },
  row: { taken: boolean.notNull },
  sql: ({ userAndKey }) => `SELECT pg_try_advisory_xact_lock(hashtextextended(${userAndKey}, 0)) AS taken`,
});

const storeAnswer = statement({
  parameters: { ...ofKey, fingerprint: text, answer: jsonb<unknown>() },
  sql: ({ userId, key, fingerprint, answer }) =>
    `INSERT INTO newfeed.idempotency_key (user_id, key, fingerprint, answer) VALUES (${userId}, ${key}, ${fingerprint}, ${answer})
     ON CONFLICT (user_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = clock_timestamp()`,
});

/** The answer that is stored for a key; undefined when there is none. Throws `idempotency_mismatch`. */
export async function storedAnswer<T>(query: Query, idempotency: Idempotency | undefined): Promise<T | undefined> {
  if (!idempotency) return undefined;
  const [stored] = await query(findAnswer, { userId: idempotency.userId, key: idempotency.key });
  if (!stored) return undefined;
  if (stored.fingerprint !== idempotency.fingerprint) throw new Problem("idempotency_mismatch");
  idempotency.replayed = true;
  return stored.answer as T;
}

/**
 * Runs `work` once per key: its answer is stored in the same transaction, and given again for 24 hours.
 * Throws `idempotency_mismatch` when the key came with another request, `idempotency_in_progress` while the first runs.
 */
export async function once<T>(query: Query, idempotency: Idempotency | undefined, work: () => Promise<T>): Promise<T> {
  if (!idempotency) return work();
  const { userId, key } = idempotency;
  const [lock] = await query(takeKey, { userAndKey: `${userId} ${key}` });
  if (!lock?.taken) throw new Problem("idempotency_in_progress", { retryAfter: 1 });
  const stored = await storedAnswer<T>(query, idempotency);
  if (stored !== undefined) return stored;
  const answer = await work();
  await query(storeAnswer, { userId, key, fingerprint: idempotency.fingerprint, answer: JSON.stringify(answer) });
  return answer;
}
