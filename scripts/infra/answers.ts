import { connect } from "node:net";

/** Sends a greeting to a loopback port. Resolves with whether the expected reply arrives within a second. */
export function answers(port: number, greeting: string, expected: (reply: string) => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(greeting, "latin1"));
    let reply = "";
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
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
