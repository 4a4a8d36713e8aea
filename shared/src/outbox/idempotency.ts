import { Problem } from "../contracts/errors.ts";
import type { Query } from "../ports/database.ts";
import type { Idempotency } from "../ports/idempotency.ts";

/** The answer that is stored for a key; undefined when there is none. Throws `idempotency_mismatch`. */
export async function storedAnswer<T>(query: Query, idempotency: Idempotency | undefined): Promise<T | undefined> {
  if (!idempotency) return undefined;
  const [stored] = await query<{ fingerprint: string; answer: T }>(
    "SELECT fingerprint, answer FROM newfeed.idempotency_key WHERE user_id = $1::uuid AND key = $2 AND created_at > now() - interval '24 hours'",
    [idempotency.userId, idempotency.key],
  );
  if (!stored) return undefined;
  if (stored.fingerprint !== idempotency.fingerprint) throw new Problem("idempotency_mismatch");
  idempotency.replayed = true;
  return stored.answer;
}

/**
 * Runs `work` once per key: its answer is stored in the same transaction, and given again for 24 hours.
 * Throws `idempotency_mismatch` when the key came with another request, `idempotency_in_progress` while the first runs.
 */
export async function once<T>(query: Query, idempotency: Idempotency | undefined, work: () => Promise<T>): Promise<T> {
  if (!idempotency) return work();
  const { userId, key } = idempotency;
  const [lock] = await query<{ taken: boolean }>("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken", [`${userId} ${key}`]);
  if (!lock?.taken) throw new Problem("idempotency_in_progress", { retryAfter: 1 });
  const stored = await storedAnswer<T>(query, idempotency);
  if (stored !== undefined) return stored;
  const answer = await work();
  await query(
    `INSERT INTO newfeed.idempotency_key (user_id, key, fingerprint, answer) VALUES ($1::uuid, $2, $3, $4::jsonb)
     ON CONFLICT (user_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = clock_timestamp()`,
    [userId, key, idempotency.fingerprint, JSON.stringify(answer)],
  );
  return answer;
}
