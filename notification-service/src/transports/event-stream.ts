/**
 * The write path of server-sent events.
 *
 * The head leaves through Node's response; from then on text goes to the connection itself, framed once as a chunk (RFC
 * 9112, section 7.1) for all receivers. What one turn of the event loop has for a stream is one chunk, and one system call
 * for each follower; `response.write` would frame and cork for each of them. All text takes this one path, so nothing
 * overtakes anything. The end leaves through the response, which tells Node's server that the connection is done
 * (docs/decisions/0018-batched-fan-out.md).
 */
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { eventStreamHeaders } from "@newfeed/shared/http/server-sent-events.ts";
import { drained } from "./drained.ts";

const cutAfterMs = 1_000;

/** Text for one or many event streams. Its bytes are made once. */
export class StreamText {
  readonly #text: string;
  #chunk: Buffer | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Framed as one chunk. */
  get chunk(): Buffer {
    if (!this.#chunk) {
      const length = Buffer.byteLength(this.#text);
      this.#chunk = Buffer.from(`${length.toString(16)}\r\n${this.#text}\r\n`);
    }
    return this.#chunk;
  }

  toString(): string {
    return this.#text;
  }
}

/** The body of one response that continues until it is ended. A delivery reads this object and the connection's only: with thousands of receivers each further object is a cache miss. */
export class EventStream {
  readonly #response: ServerResponse;
  #connection: Socket | undefined;
  /** Before HTTP/1.1 there are no chunks: the body ends with the connection. */
  #chunked = true;
  #closed: boolean;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.#closed = response.destroyed;
    response.once("close", () => {
      this.#closed = true;
    });
  }

  /** The head was sent. */
  get headSent(): boolean {
    return this.#connection !== undefined;
  }

  /** It was ended, or the client has left: nothing is written any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Sends the head and takes over the connection. */
  open(): void {
    const response = this.#response;
    response.writeHead(200, {
      ...eventStreamHeaders,
      // Nothing follows a stream: a connection that is kept alive would only delay a shutdown.
      connection: "close",
    });
    response.flushHeaders();
    this.#chunked = response.chunkedEncoding;
    this.#connection = response.socket as Socket;
  }

  /** False when much waits for the client. Before the head and after the end it does nothing. */
  write(text: StreamText): boolean {
    if (!this.#connection || this.#closed) return true;
    return this.#connection.write(this.#chunked ? text.chunk : String(text));
  }

  /** Writes, and resolves when the client has taken it. Rejects with `ConnectionClosed` when it leaves, or reads nothing for too long and is cut. */
  async handOver(text: StreamText): Promise<void> {
    if (this.write(text)) return;
    await drained(
      this.#connection as Socket,
      () => true,
      () => this.cut(),
    );
  }

  /** Bytes that wait for the client. */
  get queuedBytes(): number {
    return this.#connection?.writableLength ?? 0;
  }

  /** Ends the response; a client that does not read would keep it open for ever, so it is cut after a while. */
  end(last = ""): void {
    this.#closed = true;
    this.#response.end(last);
    const cut = setTimeout(() => this.cut(), cutAfterMs);
    this.#response.once("close", () => clearTimeout(cut));
  }

  /** Instead of opening: nothing follows, and a stock EventSource does not reconnect (WHATWG HTML, section 9.2.3). */
  decline(): void {
    this.#closed = true;
    this.#response.writeHead(204).end();
  }

  cut(): void {
    this.#closed = true;
    this.#response.destroy();
  }
}
