// One client that asks for too much: run as a process of its own, with what to do in its arguments.
import { connect, type Socket } from "node:net";
import { io } from "socket.io-client";

export type Burden = "connections" | "bodies" | "events";

const [burden, url = "", token = "", count = "0"] = process.argv.slice(2) as [Burden, string, string, string];
const { hostname, port } = new URL(url);
/** As a proxy reports it: another address than that of the others. */
const from = "203.0.113.66";

function open(head: readonly string[], then: (socket: Socket) => void = () => {}, again: () => void = () => {}): void {
  const socket = connect(Number(port), hostname, () => {
    socket.write(`${head.join("\r\n")}\r\nhost: ${hostname}:${port}\r\nx-forwarded-for: ${from}\r\n\r\n`);
    then(socket);
  });
  socket.on("error", () => {}).on("data", () => {});
  socket.once("close", again);
}

const upgrade = ["connection: upgrade", "upgrade: websocket", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-version: 13"];
const waitMs = 1_000;

const burdens: Record<Burden, (index: number) => void> = {
  /** A visitor's socket or event stream, which is opened again when it is refused. */
  connections(index) {
    const head =
      index % 2 === 0
        ? ["GET /socket.io/?EIO=4&transport=websocket HTTP/1.1", ...upgrade]
        : ["GET /api/sse/notifications HTTP/1.1", "authorization: Bearer no.such.token"];
    open(head, undefined, () => setTimeout(burdens.connections, (2.5 + 5 * Math.random()) * waitMs, index));
  },
  /** A body that never ends: of a call, a document, an upload, one byte a second. */
  bodies(index) {
    const form = ["POST /api/media/upload/image HTTP/1.1", "content-type: multipart/form-data; boundary=b"];
    const json = [`POST ${index % 10 === 1 ? "/graphql" : "/api/v1/posts"} HTTP/1.1`, "content-type: application/json"];
    const head = [
      ...(index % 5 === 0 ? form : json),
      `authorization: Bearer ${token}`,
      index % 2 === 0 ? "content-length: 90000" : "transfer-encoding: chunked",
    ];
    open(
      head,
      (socket) => {
        const drip = setInterval(() => socket.write(index % 2 === 0 ? " " : "1\r\n \r\n"), waitMs);
        socket.once("close", () => clearInterval(drip));
      },
      () => setTimeout(burdens.bodies, (1 + 4 * Math.random()) * waitMs, index),
    );
  },
  /** A socket that emits a thousand events a second. */
  events() {
    const socket = io(url, { path: "/notifications/socket.io", transports: ["websocket"], auth: { token }, extraHeaders: { "x-forwarded-for": from } });
    setInterval(() => {
      for (let event = 0; event < 20 && socket.connected; event++) socket.emit("subscribe-post", "0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e");
    }, 20);
    socket.on("connect_error", () => setTimeout(() => socket.connect(), waitMs));
  },
};

// Within two seconds: what a client can open at once depends on its machine more than on the server.
for (let index = 0; index < Number(count); index++) setTimeout(burdens[burden], (index * 2_000) / Number(count), index);
// Ends with the test.
process.on("disconnect", () => process.exit());
process.send?.("begun");
