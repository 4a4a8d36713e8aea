import { connect } from "node:net";
import type pg from "pg";
import { Batch, type Request } from "./batch.ts";

/** What the client's types leave out. */
interface ConnectedClient {
  host: string;
  port: number;
  processID: number;
  secretKey: number;
}
/** What the client's types leave out: it takes whatever has `submit`. */
interface BatchClient {
  query(batch: Batch, done: (error?: Error | null) => void): void;
}

const cancelRequestCode = 80_877_102;
const cancelWithinMs = 2_000;

/**
 * Asks the server to end what a connection runs, over one that is opened for that: "CancelRequest" of
 * https://www.postgresql.org/docs/current/protocol-message-formats.html. The server answers nothing, and closes it. Where it cannot
 * be reached so, the statement's own time limit holds.
 */
function askToCancel({ host, port, processID, secretKey }: ConnectedClient): void {
  const message = Buffer.alloc(16);
  for (const [index, word] of [message.length, cancelRequestCode, processID, secretKey].entries()) message.writeInt32BE(word, index * 4);
  const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.setTimeout(cancelWithinMs, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.resume().write(message);
}

/**
 * Runs one statement on a connection of the pool as long as it is waited for: the signal rejects it with its reason, and ends it
 * in the database. A connection whose statement was cancelled is not used again, as the request may come after the statement.
 */
export function sendWhileAwaited(pool: pg.Pool, request: Request, signal: AbortSignal): void {
  pool.connect((failure, client, release) => {
    if (!client) {
      request.reject(failure);
      return;
    }
    if (signal.aborted) {
      release();
      request.reject(signal.reason);
      return;
    }
    let cancelled = false;
    const cancel = () => {
      cancelled = true;
      request.reject(signal.reason);
      askToCancel(client as unknown as ConnectedClient);
    };
    signal.addEventListener("abort", cancel, { once: true });
    (client as unknown as BatchClient).query(new Batch([request]), (error) => {
      signal.removeEventListener("abort", cancel);
      release(cancelled || (error ?? undefined));
    });
  });
}
