// The ws package alone: one send per event and client.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { runSubject } from "../subject.ts";

const server = createServer();
const websockets = new WebSocketServer({ server, perMessageDeflate: false });
websockets.on("connection", (socket) => socket.on("error", () => {}));
server.listen(0, "127.0.0.1", 8_192, () =>
  runSubject({ urls: [`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`], socketio: false, headers: [], send: [] }, (events) => {
    for (const event of events) {
      const text = JSON.stringify(["new_comment", event]);
      for (const client of websockets.clients) client.send(text);
    }
  }),
);
