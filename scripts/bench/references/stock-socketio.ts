// Socket.IO as its documentation shows it: a room, and `io.to(room).emit` for each event.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { runSubject } from "../subject.ts";

const server = createServer();
const io = new Server(server, { serveClient: false, perMessageDeflate: false });
io.on("connection", (socket) => {
  socket.on("subscribe-post", (postId: string) => socket.join(`post:${postId}`));
});
server.listen(0, "127.0.0.1", 8_192, () =>
  runSubject(
    {
      urls: [`ws://127.0.0.1:${(server.address() as AddressInfo).port}/socket.io/?EIO=4&transport=websocket`],
      socketio: true,
      headers: [],
      send: ["40", '42["subscribe-post","0193a7c0-0000-7000-8000-000000000001"]'],
    },
    (events) => {
      for (const event of events) io.to(`post:${event.postId}`).emit("new_comment", event);
    },
  ),
);
