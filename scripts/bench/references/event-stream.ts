import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CommentEvent, runSubject } from "../subject.ts";

export const textOf = (event: CommentEvent) => `id: ${event.comment.seq}\nevent: comment_added\ndata: ${JSON.stringify(event)}\n\n`;

/** A bare server of event streams; the references differ in how they write. */
export function serveEventStreams(publish: (events: readonly CommentEvent[], responses: ReadonlySet<ServerResponse>) => void): void {
  const responses = new Set<ServerResponse>();
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
    response.write("retry: 2000\n\n");
    responses.add(response);
    response.on("close", () => responses.delete(response));
  });
  server.listen(0, "127.0.0.1", 8_192, () =>
    runSubject({ urls: [`http://127.0.0.1:${(server.address() as AddressInfo).port}/`], socketio: false, headers: [], send: [] }, (events) =>
      publish(events, responses),
    ),
  );
}
