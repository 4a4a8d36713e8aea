// Socket.IO with the two things that every such server adds: a signed token for each client, and an acknowledged subscription.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { jwtVerify, SignJWT } from "jose";
import { Server } from "socket.io";
import type { InstancesReply } from "../instances.ts";
import { cpuSecondsOf } from "../processes.ts";

const secret = new TextEncoder().encode("a secret that signs the tokens of this program");
const tokens = await Promise.all(
  Array.from({ length: Number(process.env.USERS) }, (_, n) =>
    new SignJWT({ sub: `user-${n}` }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("1h").sign(secret),
  ),
);

const server = createServer();
const io = new Server(server, { serveClient: false, perMessageDeflate: false });
io.use((socket, next) =>
  jwtVerify(String(socket.handshake.auth.token), secret).then(
    ({ payload }) => {
      socket.data.userId = payload.sub;
      next();
    },
    (error: Error) => next(error),
  ),
);
io.on("connection", (socket) => {
  socket.on("subscribe-post", (postId: string, acknowledge: (answer: { ok: boolean }) => void) => {
    socket.join(`post:${postId}`);
    acknowledge({ ok: true });
  });
});
const reply = (message: InstancesReply) => process.send?.(message);
process.on("message", () => reply({ type: "accounted", cpuSeconds: cpuSecondsOf(process.pid) }));
process.on("SIGTERM", () => process.exit(0));
server.listen(0, "127.0.0.1", 4_096, () =>
  reply({
    type: "ready",
    urls: [`ws://127.0.0.1:${(server.address() as AddressInfo).port}/socket.io/?EIO=4&transport=websocket`],
    tokens,
    postId: "0193a7c0-0000-7000-8000-000000000001",
  }),
);
