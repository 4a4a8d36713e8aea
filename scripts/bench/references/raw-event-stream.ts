// The limit for SSE: all events of one turn in one shared chunk (RFC 9112, section 7.1), written to the raw connection.
import { serveEventStreams, textOf } from "./event-stream.ts";

serveEventStreams((events, responses) => {
  const data = Buffer.from(events.map(textOf).join(""));
  const chunk = Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from("\r\n")]);
  for (const response of responses) response.socket?.write(chunk);
});
