// The limit for WebSocket: no library, a bare handshake; all frames of one turn in one shared buffer, one write per socket.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { runSubject } from "../subject.ts";
import { textFrame } from "./frames.ts";

const sockets = new Set<Duplex>();
const server = createServer();
server.on("upgrade", (request, socket) => {
  const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
  sockets.add(socket);
  socket.on("error", () => {});
  socket.on("close", () => sockets.delete(socket));
  socket.resume();
});
server.listen(0, "127.0.0.1", 8_192, () =>
  runSubject({ urls: [`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`], socketio: false, headers: [], send: [] }, (events) => {
    const buffer = Buffer.concat(events.map((event) => textFrame(JSON.stringify(["new_comment", event]))));
    for (const socket of sockets) socket.write(buffer);
  }),
);
