import type { RequestListener } from "node:http";
import type { RunningService } from "../ports/service.ts";

/** What nginx takes past the gateway, straight to a notification instance: sockets and event streams. */
const live = /^\/(notifications\/socket\.io|socket\.io|api\/sse)(?=[/?]|$)/;

/** The edge without nginx: the same paths go to the same parts. */
export function createEdge(gateway: RequestListener, notifications: Pick<RunningService, "handle" | "upgrade">): Pick<RunningService, "handle" | "upgrade"> {
  return {
    handle: (request, response) => (live.test(request.url ?? "") ? notifications.handle : gateway)(request, response),
    upgrade: (request, socket, head) => notifications.upgrade?.(request, socket, head),
  };
}
