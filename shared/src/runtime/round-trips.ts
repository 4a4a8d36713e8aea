import { Batch, type Request } from "./batch.ts";

/** What this needs of a client of `pg`. */
export interface Client {
  query(what: string | Batch): unknown;
}

/** Text that may hold several statements, and goes to the server alone. */
export interface Script {
  script: string;
  resolve(rows: unknown[]): void;
  reject(error: unknown): void;
}

export interface RoundTrips {
  /** Has it run with what else is asked in this turn of the event loop. */
  ask(request: Request | Script): void;
  /** Refuses what was not sent yet, and whatever is asked from now on. */
  end(reason: Error): void;
}

/**
 * Statements of one transaction in few round trips: what one turn of the event loop asks goes out in one piece and is
 * answered in one, in the extended protocol with one Sync behind it, so that after a failure the server skips the rest
 * (https://www.postgresql.org/docs/current/protocol-flow.html, "Pipelining"). The client's own `pipeline` mode has a Sync
 * behind each statement: when a BEGIN fails, it runs what was to be in the transaction without one.
 */
export function createRoundTrips(client: Client): RoundTrips {
  const waiting: (Request | Script)[] = [];
  let onTheirWay = false;
  let ended: Error | undefined;

  const next = () => {
    onTheirWay = false;
    send();
  };

  function send(): void {
    if (onTheirWay) return;
    const [first] = waiting;
    if (!first) return;
    onTheirWay = true;
    if ("script" in first) {
      waiting.shift();
      (client.query(first.script) as Promise<{ rows: unknown[] }>).then(({ rows }) => first.resolve(rows), first.reject).finally(next);
      return;
    }
    const end = waiting.findIndex((item) => "script" in item);
    client.query(new Batch(waiting.splice(0, end < 0 ? waiting.length : end) as Request[], next));
  }

  return {
    ask(request) {
      if (ended) return request.reject(ended);
      // Once this turn's promises have run: the rest of what can be asked now.
      if (waiting.length === 0) process.nextTick(send);
      waiting.push(request);
    },
    end(reason) {
      ended = reason;
      for (const { reject } of waiting.splice(0)) reject(reason);
    },
  };
}
