// A post's comments and the user's inbox over a plain socket.io-client.
import { io } from "socket.io-client";

const [server = "http://localhost:8080", email, password, postId] = process.argv.slice(2);

const login = await fetch(`${server}/api/auth/login`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ email, password }),
});
if (!login.ok) throw new Error((await login.json()).message);
const { tokens } = (await login.json()).data;

const socket = io(server, { path: "/notifications/socket.io", auth: { token: tokens.accessToken } });
/** The position in each stream. After a reconnect, following resumes from there. */
const cursors = {};

socket.on("connect", () => {
  socket.emit("subscribe", null, { cursor: cursors.inbox }, keep("inbox"));
  socket.emit("subscribe-post", postId, { cursor: cursors.post }, keep("post"));
});

function keep(stream) {
  return (ack) => {
    if (!ack.ok) return console.error(`${stream}: ${ack.error.message}`);
    cursors[stream] = ack.cursor;
    console.log(`following ${stream}, ${ack.replayed} missed`);
  };
}

socket.on("new_comment", ({ comment, cursor }) => {
  cursors.post = cursor;
  console.log(`${comment.author?.username}: ${comment.content}`);
});
socket.on("notification", ({ message, cursor }) => {
  cursors.inbox = cursor;
  console.log(`notification: ${message}`);
});
socket.on("reset", ({ stream, cursor, refetch }) => {
  cursors[stream.startsWith("user:") ? "inbox" : "post"] = cursor;
  console.log(`fetch again: ${refetch.join(" ")}`);
});
socket.on("connect_error", ({ message }) => console.error(message));
