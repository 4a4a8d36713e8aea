import type { Message } from "../ports/bus.ts";
import { int4, text } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { statement } from "../ports/statement.ts";

/** Before a service that consumes nothing counts as idle. */
const sayAfterMs = 2_000;
const keptSeconds = 15;
const namesFrom = "in hand: ";

const say = statement({
  parameters: { name: text, holder: text, seconds: int4 },
  sql: ({ name, holder, seconds }) =>
    `INSERT INTO newfeed.relay_lease (name, holder, expires_at) VALUES (${name}, ${holder}, clock_timestamp() + make_interval(secs => ${seconds}))
     ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at`,
});
const unsay = statement({ parameters: { name: text }, sql: ({ name }) => `DELETE FROM newfeed.relay_lease WHERE name = ${name}` });

/** SQL: has an instance of this service messages in hand that take long? */
export const takesLong = `EXISTS (SELECT FROM newfeed.relay_lease WHERE name LIKE '${namesFrom}%' AND expires_at > clock_timestamp())`;

/** Which messages this instance is handling now. */
export interface InHand {
  has(messageId: string): boolean;
  /** Has a batch in hand while `work` lasts. If that is long, the service's other instances hear of it. */
  during<T>(batch: readonly Message[], work: () => Promise<T>): Promise<T>;
}

/** `holder` names this instance. */
export function createInHand(query: Query, holder: string, logger: Logger): InHand {
  const name = `${namesFrom}${holder}`;
  const ids = new Map<string, number>();
  let batches = 0;
  let timer: NodeJS.Timeout | undefined;
  let said = false;
  /** Statements about it run one after the other, so that the last one counts. */
  let noted: Promise<unknown> = Promise.resolve();

  const note = (run: () => Promise<unknown>) => {
    noted = noted.then(run).catch((error: unknown) => logger.debug("what this instance has in hand could not be noted", { error }));
  };
  const sayLater = (ms: number) => {
    timer = setTimeout(() => {
      said = true;
      note(() => query(say, { name, holder, seconds: keptSeconds }));
      sayLater((keptSeconds * 1000) / 3);
    }, ms);
  };

  return {
    has: (messageId) => ids.has(messageId),
    async during(batch, work) {
      for (const { id } of batch) ids.set(id, (ids.get(id) ?? 0) + 1);
      if (batches++ === 0) sayLater(sayAfterMs);
      try {
        return await work();
      } finally {
        for (const { id } of batch) {
          const count = (ids.get(id) ?? 1) - 1;
          if (count === 0) ids.delete(id);
          else ids.set(id, count);
        }
        if (--batches === 0) {
          clearTimeout(timer);
          if (said) note(() => query(unsay, { name }));
          said = false;
        }
      }
    },
  };
}
