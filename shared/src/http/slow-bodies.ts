import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Problem } from "../contracts/errors.ts";
import { sendProblem } from "./problems.ts";

/** In each window of this length, a body has to end, or this much of it has to arrive. */
export interface SlowestBody {
  windowMs: number;
  windowBytes: number;
}

/** About a kilobyte a second. A short body has the first window for all of it; within it, a phone may lose its network and find it again. */
const usual: SlowestBody = { windowMs: 15_000, windowBytes: 16 * 1024 };
const checkMs = 1_000;

interface Arriving {
  response: ServerResponse;
  socket: Socket;
  since: number;
  /** Bytes that the connection had read when the window began. */
  bytes: number;
}

export const hasBody = ({ headers }: IncomingMessage): boolean => headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** The client cannot send: what has arrived is not taken yet. */
const isHeld = (request: IncomingMessage) => request.readableLength >= request.readableHighWaterMark;

/**
 * Answers `request_timeout` to clients whose bodies arrive too slowly, and closes their connections, whatever reads the
 * bodies. Time in which the server itself does not read is not counted.
 */
export function refuseSlowBodies(server: Server, { windowMs, windowBytes } = usual): void {
  const arriving = new Map<IncomingMessage, Arriving>();
  server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
    if (!hasBody(request)) return;
    const { socket } = request;
    arriving.set(request, { response, socket, since: performance.now(), bytes: socket.bytesRead });
    response.once("close", () => arriving.delete(request));
  });

  function check(): void {
    const now = performance.now();
    for (const [request, body] of arriving) {
      const { bytesRead } = body.socket;
      if (request.complete) arriving.delete(request);
      else if (isHeld(request) || bytesRead - body.bytes >= windowBytes) Object.assign(body, { since: now, bytes: bytesRead });
      else if (now - body.since >= windowMs) {
        arriving.delete(request);
        refuse(body);
      }
    }
  }
  const timer = setInterval(check, Math.min(checkMs, windowMs / 4)).unref();
  server.once("close", () => clearInterval(timer));
}

function refuse({ response, socket }: Arriving): void {
  if (response.headersSent) return void socket.destroy();
  response.setHeader("connection", "close");
  sendProblem(response, new Problem("request_timeout"));
}
