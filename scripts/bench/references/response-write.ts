// SSE as it is usually written: `response.write` for each event and client.
import { serveEventStreams, textOf } from "./event-stream.ts";

serveEventStreams((events, responses) => {
  for (const event of events) {
    const text = textOf(event);
    for (const response of responses) response.write(text);
  }
});
