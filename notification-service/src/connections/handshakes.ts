import { sendProblem, toProblem } from "@newfeed/shared/http/problems.ts";
import type { RunningService } from "@newfeed/shared/ports/service.ts";
import type { Admission } from "./admission.ts";

type Listeners = Required<Pick<RunningService, "handle" | "upgrade">>;

/** Opens a session of Socket.IO, or an event stream. Requests within a session, and all others, are none. */
const isHandshake = (url = "") => url.startsWith("/api/sse/") || (/^\/(notifications\/)?socket\.io\//.test(url) && !/[?&]sid=/.test(url));

const unavailable = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/** Passes handshakes through the admission queue before anything is done for them; one whose client leaves the queue costs nothing more. */
export function admitHandshakes({ accept }: Pick<Admission, "accept">, { handle, upgrade }: Listeners): Listeners {
  return {
    handle(request, response) {
      if (!isHandshake(request.url)) return handle(request, response);
      accept(() => !response.destroyed && handle(request, response)).catch((error: unknown) => sendProblem(response, toProblem(error)));
    },
    upgrade(request, socket, head) {
      if (!isHandshake(request.url)) return upgrade(request, socket, head);
      // Node leaves the socket without a listener while it waits.
      const ignore = () => {};
      socket.on("error", ignore);
      accept(() => {
        socket.off("error", ignore);
        if (!socket.destroyed) upgrade(request, socket, head);
      }).catch(() => socket.end(unavailable));
    },
  };
}
