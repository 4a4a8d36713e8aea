/**
 * The write path of Socket.IO over WebSocket.
 *
 * What one turn of the event loop has for a stream is framed once into one buffer, and that buffer is written once to each
 * follower's connection: the system call is most of a delivery's cost (docs/decisions/0018-batched-fan-out.md).
 *
 * Nothing may overtake anything, so a follower is written to directly only when the kernel has taken all that was sent to
 * it before. Clients on long polling, in an upgrade, or with something waiting get the same packets through Engine.IO,
 * which queues them behind the rest; there they are counted, and a client that does not read is closed.
 */
import type { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import { drained } from "./drained.ts";

/** What is used of an Engine.IO session. */
export interface Session extends EventEmitter {
  /** Packets that wait until the transport has handed over those before. */
  readonly writeBuffer: readonly { data?: string | Buffer }[];
  write(packet: string): unknown;
  /** With `discard` at once, else after what is queued. */
  close(discard?: boolean): void;
}

/** A session, and the stream beneath it, in the one object that a delivery reads: with thousands of receivers each further object is a cache miss. */
export interface Receiver {
  readonly session: Session;
  /** Of its WebSocket; undefined on other transports, during an upgrade, and once it is being closed. */
  readonly wire: Duplex | undefined;
}

/**
 * The stream of an open session over WebSocket. The connection of the `ws` package and its stream are not in Engine.IO's
 * types; what `ws` is given is on that stream when `write` returns, because it does not compress here.
 */
export function wireOf(conn: object): Duplex | undefined {
  const { transport, upgrading } = conn as { transport: { name: string; socket?: { _socket?: Duplex } }; upgrading: boolean };
  return transport.name === "websocket" && !upgrading ? transport.socket?._socket : undefined;
}

/** Socket.IO's EVENT packet without acknowledgement, in the main namespace (Socket.IO protocol, revision 5). */
export const encodeEvent = (event: string, payload: unknown): string => `2${JSON.stringify([event, payload])}`;

/**
 * Engine.IO messages (type 4) as text frames of a WebSocket, one after the other in one buffer: final, unmasked, with 7,
 * 16 or 64 bits of length (RFC 6455, section 5.2).
 */
function frameMessages(packets: readonly string[]): Buffer {
  const lengths = packets.map((packet) => Buffer.byteLength(packet) + 1);
  const buffer = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length + (length < 126 ? 2 : length < 65_536 ? 4 : 10), 0));
  let at = 0;
  for (const [index, packet] of packets.entries()) {
    const length = lengths[index] as number;
    buffer[at++] = 0x81;
    if (length < 126) buffer[at++] = length;
    else if (length < 65_536) {
      buffer[at++] = 126;
      at = buffer.writeUInt16BE(length, at);
    } else {
      buffer[at++] = 127;
      at = buffer.writeBigUInt64BE(BigInt(length), at);
    }
    at += buffer.write(`4${packet}`, at);
  }
  return buffer;
}

/** Nothing waits: what is written now comes after all that was sent to this receiver. */
const isIdle = (wire: Duplex | undefined, { writeBuffer }: Session): wire is Duplex =>
  wire !== undefined && writeBuffer.length === 0 && wire.writableLength === 0 && wire.writable;

/** Writes packets to many receivers, in order, after everything that was sent to each before. Returns their number. */
export function fanOut(packets: readonly string[], receivers: Iterable<Receiver>): number {
  const frames = frameMessages(packets);
  let count = 0;
  for (const { wire, session } of receivers) {
    count++;
    if (isIdle(wire, session)) wire.write(frames);
    else for (const packet of packets) session.write(packet);
  }
  return count;
}

/**
 * Writes packets to one receiver, after everything that was sent to it before, and resolves when the kernel has taken
 * them. Rejects with `ConnectionClosed` when the client leaves, or reads nothing for too long and is cut.
 */
export async function handOver(packets: readonly string[], { wire, session }: Receiver): Promise<void> {
  const cut = () => session.close(true);
  if (isIdle(wire, session)) {
    if (!wire.write(frameMessages(packets))) await drained(wire, () => true, cut);
    return;
  }
  for (const packet of packets) session.write(packet);
  const isEmpty = () => session.writeBuffer.length === 0;
  if (!isEmpty()) await drained(session, isEmpty, cut);
}

/** Bytes that wait for a client. (The WebSocket's own `bufferedAmount` does not count what waits in Engine.IO.) */
export function queuedBytes({ wire, session }: Receiver): number {
  let bytes = wire?.writableLength ?? 0;
  for (const { data } of session.writeBuffer) bytes += data?.length ?? 0;
  return bytes;
}
