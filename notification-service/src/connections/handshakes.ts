import { sendProblem, toProblem } from "@newfeed/shared/http/problems.ts";
import type { RunningService } from "@newfeed/shared/ports/service.ts";
import type { Admission } from "./admission.ts";

type Door = Required<Pick<RunningService, "handle" | "upgrade">>;

/** Opens a session of Socket.IO, or an event stream. Requests within a session, and everything else, are no newcomers. */
const isNewcomer = (url = "") => url.startsWith("/api/sse/") || (/^\/(notifications\/)?socket\.io\//.test(url) && !/[?&]sid=/.test(url));

const full = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/** Has newcomers wait for their turn before anything is done for them; one that leaves while it waits costs nothing more. */
export function door({ accept }: Pick<Admission, "accept">, { handle, upgrade }: Door): Door {
  return {
    handle(request, response) {
      if (!isNewcomer(request.url)) return handle(request, response);
      accept(() => !response.destroyed && handle(request, response)).catch((error: unknown) => sendProblem(response, toProblem(error)));
    },
    upgrade(request, socket, head) {
      if (!isNewcomer(request.url)) return upgrade(request, socket, head);
      // Nobody else listens while it waits.
      const ignore = () => {};
      socket.on("error", ignore);
      accept(() => {
        socket.off("error", ignore);
        if (!socket.destroyed) upgrade(request, socket, head);
      }).catch(() => socket.end(full));
    },
  };
}
