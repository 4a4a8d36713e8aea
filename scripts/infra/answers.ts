import { connect } from "node:net";

/** Greets a server on loopback and says whether it answers as expected within a second. */
export function answers(port: number, greeting: string, expected: (reply: string) => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(greeting, "latin1"));
    let reply = "";
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setEncoding("latin1").on("data", (text: string) => {
      reply += text;
      if (expected(reply)) end(true);
    });
    socket.setTimeout(1_000, () => end(false));
    socket.on("error", () => end(false));
    socket.on("close", () => end(false));
  });
}
