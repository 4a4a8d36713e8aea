import { int4, text } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import { statement } from "../ports/statement.ts";

const take = statement({
  parameters: { name: text, holder: text, seconds: int4 },
  row: { holder: text },
  sql: ({ name, holder, seconds }) =>
    `INSERT INTO newfeed.relay_lease (name, holder, expires_at) VALUES (${name}, ${holder}, clock_timestamp() + make_interval(secs => ${seconds}))
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
     WHERE relay_lease.holder = excluded.holder OR relay_lease.expires_at < clock_timestamp() RETURNING holder`,
});

/** A lease of a database, which one instance holds at a time. */
export interface Lease {
  /** Takes it, or renews it once half of its time is over. False while another instance holds it. */
  hold(): Promise<boolean>;
  /** It may have been lost: asks the database again. */
  doubt(): void;
}

/** `holder` names this instance; one that starts again under the same name has its leases at once. */
export function createLease(query: Query, name: string, holder: string, seconds: number): Lease {
  let until = 0;
  return {
    async hold() {
      if (until - Date.now() > (seconds * 1000) / 2) return true;
      const asked = Date.now();
      const rows = await query(take, { name, holder, seconds });
      until = rows.length > 0 ? asked + seconds * 1000 : 0;
      return rows.length > 0;
    },
    doubt() {
      until = 0;
    },
  };
}
