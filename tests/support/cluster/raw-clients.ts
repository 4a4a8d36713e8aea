import { connect, type Socket } from "node:net";

/** A lightweight client, of which a thousand fit into one process, and which can stop reading its socket. */
export interface RawClient {
  readonly following: boolean;
  /** The last received offset, or the one it started at. */
  readonly offset: number | undefined;
  /** Every offset that was not the next one, and every `reset`. */
  readonly faults: readonly string[];
  /** How often it has connected. */
  readonly connections: number;
  /** `closing` events by code; a client that does not read misses them. */
  readonly closings: ReadonlyMap<string, number>;
  /** Stops reading; what is sent to it stays in the kernel's buffers. */
  pause(): void;
  /** Continues to read, and reconnects if the connection has ended. */
  resume(): void;
  /** Drops its connection and reconnects at once. */
  cut(): void;
  close(): void;
}

export interface RawClientOptions {
  host: string;
  port: number;
  token: string;
  postId: string;
  transport: "socket" | "sse";
  /** Receives the latency in milliseconds of contents that begin with `at:<time>|`. */
  seen(latency: number): void;
}

const now = () => performance.timeOrigin + performance.now();
const position = /"cursor":"([^":]+):(\d+)"/g;

/** One WebSocket text frame (RFC 6455), masked with zeros. */
function textFrame(text: string): Buffer {
  const body = Buffer.from(text);
  const head =
    body.length < 126 ? Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0]) : Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 255, 0, 0, 0, 0]);
  return Buffer.concat([head, body]);
}

export function openRawClient({ host, port, token, postId, transport, seen }: RawClientOptions): RawClient {
  let socket: Socket;
  let following = false;
  let epoch: string | undefined;
  let offset: number | undefined;
  let connections = 0;
  let closed = false;
  let paused = false;
  const faults: string[] = [];
  const closings = new Map<string, number>();

  function entry(text: string): void {
    const found = [...text.matchAll(position)].at(-1);
    if (!found) return void faults.push(`no position in ${text.slice(0, 100)}`);
    const next = Number(found[2]);
    if (next !== (offset ?? 0) + 1) faults.push(`${offset} → ${next}`);
    offset = next;
    const at = /"content":"at:([\d.]+)\|/.exec(text)?.[1];
    if (at) seen(now() - Number(at));
  }
  function startAt(cursor: string): void {
    const [first = "", second] = cursor.split(":");
    epoch ??= first;
    offset ??= Number(second);
    following = true;
  }
  const cursor = () => (epoch !== undefined ? `${epoch}:${offset}` : undefined);
  const closing = (text: string) => {
    const code = /"code":"(\w+)"/.exec(text)?.[1] ?? "unknown";
    closings.set(code, (closings.get(code) ?? 0) + 1);
  };

  /** Engine.IO 4 and Socket.IO 5 packets, as text. */
  function packet(text: string): void {
    if (text === "2") socket.write(textFrame("3"));
    else if (text.startsWith("0{")) socket.write(textFrame(`40${JSON.stringify({ token })}`));
    else if (text.startsWith("40")) socket.write(textFrame(`420${JSON.stringify(["subscribe-post", postId, cursor() ? { cursor: cursor() } : {}])}`));
    else if (text.startsWith("430")) {
      const [ack] = JSON.parse(text.slice(3)) as [{ ok: boolean; cursor?: string }];
      if (ack.ok && ack.cursor) startAt(ack.cursor);
      // A part is down for a moment: retry, as an application would.
      else setTimeout(() => socket.writable && packet("40"), 500);
    } else if (/^42\["(new_comment|post_updated)"/.test(text)) entry(text);
    else if (text.startsWith('42["reset"')) faults.push(text);
    else if (text.startsWith('42["closing"')) closing(text);
    else if (text.startsWith("44")) socket.destroy();
  }
  function sseEvent(text: string): void {
    if (/^event: hello$/m.test(text)) startAt(/"cursor":"([^"]+)"/.exec(text)?.[1] ?? "");
    else if (/^event: (comment_added|post_updated)$/m.test(text.slice(0, 200))) entry(text);
    else if (/^event: reset$/m.test(text)) faults.push(text);
    else if (/^event: closing$/m.test(text)) closing(text);
  }

  function open(): void {
    following = false;
    const own = connect(port, host);
    socket = own;
    own.setNoDelay(true);
    let buffered: Buffer = Buffer.alloc(0);
    let text = "";
    let ready = false;
    const decoder = new TextDecoder();
    own.on("connect", () => {
      const common = `Host: ${host}:${port}\r\n`;
      own.write(
        transport === "socket"
          ? `GET /notifications/socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n${common}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`
          : // HTTP/1.0 responses are not chunked.
            `GET /api/sse/comments/${postId} HTTP/1.0\r\n${common}Authorization: Bearer ${token}\r\n${cursor() ? `Last-Event-ID: ${cursor()}\r\n` : ""}\r\n`,
      );
    });
    own.on("data", (chunk: Buffer) => {
      buffered = buffered.length > 0 ? Buffer.concat([buffered, chunk]) : chunk;
      if (!ready) {
        const end = buffered.indexOf("\r\n\r\n");
        if (end < 0) return;
        const status = Number(buffered.subarray(9, 12).toString());
        if (status !== (transport === "socket" ? 101 : 200)) return void own.destroy();
        buffered = buffered.subarray(end + 4);
        ready = true;
        connections++;
      }
      if (transport === "sse") {
        text += decoder.decode(buffered, { stream: true });
        buffered = Buffer.alloc(0);
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          sseEvent(text.slice(0, end + 1));
          text = text.slice(end + 2);
        }
        return;
      }
      while (buffered.length >= 2) {
        const short = (buffered[1] as number) & 127;
        const head = short < 126 ? 2 : short === 126 ? 4 : 10;
        if (buffered.length < head) break;
        const length = short < 126 ? short : short === 126 ? buffered.readUInt16BE(2) : Number(buffered.readBigUInt64BE(2));
        if (buffered.length < head + length) break;
        const isText = ((buffered[0] as number) & 15) === 1;
        const body = buffered.subarray(head, head + length);
        buffered = buffered.subarray(head + length);
        if (isText) packet(body.toString());
      }
    });
    own.on("error", () => {});
    own.on("close", () => {
      if (own !== socket) return;
      following = false;
      if (!closed) setTimeout(() => !closed && own === socket && open(), 100 + Math.random() * 400);
    });
    if (paused) own.pause();
  }
  open();

  return {
    get following() {
      return following;
    },
    get offset() {
      return offset;
    },
    faults,
    get connections() {
      return connections;
    },
    closings,
    pause() {
      paused = true;
      socket.pause();
    },
    resume() {
      paused = false;
      socket.resume();
    },
    cut() {
      const old = socket;
      open();
      old.destroy();
    },
    close() {
      closed = true;
      socket.destroy();
    },
  };
}
