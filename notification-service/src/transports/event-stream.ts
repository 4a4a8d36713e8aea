/**
 * The write path of server-sent events.
 *
 * The head of the answer leaves through Node's response; from then on text goes to the connection itself, framed once as
 * a chunk (RFC 9112, section 7.1) for all who get it. What one turn of the event loop has for a stream is one such chunk
 * and one system call for each follower; `response.write` would frame and cork for each of them anew. All of a stream
 * takes this one way, so nothing can overtake anything. The end leaves through the response again: it is what tells
 * Node's server that the connection is done.
 */
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { drained } from "./drained.ts";

const lingerMs = 1_000;

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

/** The body of one answer that goes on until it is ended. A delivery looks at this object and at the connection's, and at no other: with thousands of receivers, each further object is a cache miss for each of them. */
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
  get opened(): boolean {
    return this.#connection !== undefined;
  }

  /** Nothing is written any more: it was ended, or the client has left. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Sends the head and takes over the connection. */
  open(): void {
    const response = this.#response;
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
      // Nothing comes after a stream: a connection that was kept would only hold up a shutdown.
      connection: "close",
    });
    response.flushHeaders();
    this.#chunked = response.chunkedEncoding;
    this.#connection = response.socket as Socket;
  }

  /** False when more waits for the client than is good. Before the head and after the end it does nothing. */
  write(text: StreamText): boolean {
    if (!this.#connection || this.#closed) return true;
    return this.#connection.write(this.#chunked ? text.chunk : String(text));
  }

  /** Writes, and resolves when the client has taken it. Rejects with `ConnectionClosed` when it leaves, or takes nothing for too long and is cut. */
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

  /** Ends the answer; a client that takes nothing would keep it open for ever, so it is cut after a while. */
  end(last = ""): void {
    this.#closed = true;
    this.#response.end(last);
    const cut = setTimeout(() => this.cut(), lingerMs);
    this.#response.once("close", () => clearTimeout(cut));
  }

  /** Instead of opening: there is nothing to come, and a stock EventSource does not come back (WHATWG HTML, section 9.2.3). */
  decline(): void {
    this.#closed = true;
    this.#response.writeHead(204).end();
  }

  cut(): void {
    this.#closed = true;
    this.#response.destroy();
  }
}
