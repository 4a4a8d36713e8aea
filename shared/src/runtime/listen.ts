import { createServer, type RequestListener, type Server } from "node:http";
import type { RunningService } from "../ports/service.ts";

/** The port is taken; `message` is fit to be shown as it is. */
export class PortTaken extends Error {}

export interface Listener {
  server: Server;
  /** The port, when it is a TCP one. */
  port: number;
  /** Takes no more requests, lets those in hand finish for `graceMs`, then cuts what is left. */
  close(graceMs?: number): Promise<void>;
}

export interface ListenOptions {
  handle: RequestListener;
  upgrade?: RunningService["upgrade"];
}

/** Listens on `{host, port}` or on a socket of the file system (`unix:/path`). */
export async function listen({ handle, upgrade }: ListenOptions, at: { host: string; port: number } | string): Promise<Listener> {
  const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 300_000, maxHeaderSize: 16 * 1024 }, handle);
  if (upgrade) server.on("upgrade", upgrade);
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE" || typeof at === "string") return reject(error);
      reject(new PortTaken(`port ${at.port} on ${at.host} is taken; set PORT or NOTIFICATION_PORT to another`, { cause: error }));
    });
    if (typeof at === "string") server.listen(at.replace(/^unix:/, ""), resolve);
    else server.listen(at.port, at.host, resolve);
  });
  const address = server.address();
  return {
    server,
    port: typeof address === "object" && address ? address.port : 0,
    async close(graceMs = 5_000) {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
