import { IncomingMessage, type RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Duplex, Readable } from "node:stream";
import type { Upstream } from "../ports/upstream.ts";
import { CallerGone } from "./exchange.ts";

/** Where a head ends and its body begins. */
const headEnd = "\r\n\r\n";

/** A connection without a network: it keeps what is written to it. */
function createConnection(): { socket: Socket; written: Buffer[] } {
  const written: Buffer[] = [];
  const socket = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  // Node's server reads this of its sockets; here it is nobody's address.
  return { socket: socket as Socket, written };
}

/** Gives `request` the body; one that is a stream is read as fast as it is taken. */
function fill(request: IncomingMessage, body: string | Buffer | Readable | undefined): void {
  if (body instanceof Readable) {
    request._read = () => void body.resume();
    body.on("data", (chunk: Buffer) => {
      if (!request.push(chunk)) body.pause();
    });
    body.once("end", () => {
      request.complete = true;
      request.push(null);
    });
    body.once("error", (error) => request.destroy(error));
    return;
  }
  request._read = () => {};
  if (body !== undefined) request.push(body);
  request.complete = true;
  request.push(null);
}

/**
 * Calls an app within its own process, as a request over HTTP would: identity, validation, metrics and problems are the same. An abort
 * closes the connection, as a caller does that goes.
 */
export const inProcess = (handle: RequestListener): Pick<Upstream, "request"> => ({
  request: ({ method, path, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) throw new CallerGone("the caller disconnected");
      const { socket, written } = createConnection();
      const request = new IncomingMessage(socket);
      const length = body === undefined || body instanceof Readable ? undefined : String(Buffer.byteLength(body));
      const transfer = body instanceof Readable ? { "transfer-encoding": "chunked" } : length === undefined ? {} : { "content-length": length };
      Object.assign(request, { method, url: path, httpVersion: "1.1", httpVersionMajor: 1, httpVersionMinor: 1, headers: { ...headers, ...transfer } });
      const response = new ServerResponse(request);
      // One piece of bytes after the head: nothing has to be parsed.
      response.useChunkedEncodingByDefault = false;
      response.shouldKeepAlive = false;
      const gone = () => {
        socket.destroy();
        request.destroy();
      };
      signal?.addEventListener("abort", gone, { once: true });
      response.assignSocket(socket);
      response.once("finish", () => {
        signal?.removeEventListener("abort", gone);
        const bytes = Buffer.concat(written);
        const text = bytes.subarray(bytes.indexOf(headEnd) + headEnd.length).toString();
        const answered = Object.fromEntries(
          Object.entries(response.getHeaders()).map(([name, value]) => [name, typeof value === "number" ? String(value) : value]),
        );
        resolve({ status: response.statusCode, headers: answered, body: { text: async () => text } });
        response.detachSocket(socket);
        process.nextTick(() => response.emit("close"));
      });
      socket.once("close", () => reject(new CallerGone("the caller disconnected")));
      fill(request, body);
      handle(request, response);
    }),
});
