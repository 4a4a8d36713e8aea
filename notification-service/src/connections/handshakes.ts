import type { IncomingMessage } from "node:http";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { EveryAnswer } from "@newfeed/shared/http/every-answer.ts";
import { setLimitHeaders } from "@newfeed/shared/http/limit-headers.ts";
import { toProblem } from "@newfeed/shared/http/problems.ts";
import { refuseEventStream } from "@newfeed/shared/http/server-sent-events.ts";
import { writtenProblem } from "@newfeed/shared/http/written-problem.ts";
import type { LimitState } from "@newfeed/shared/ports/limiter.ts";
import type { RunningService } from "@newfeed/shared/ports/service.ts";
import type { Admission } from "./admission.ts";
import type { Caller } from "./sign-in.ts";

type Listeners = Required<Pick<RunningService, "handle" | "upgrade">>;

const isEventStream = ({ method, url = "" }: IncomingMessage) => method === "GET" && /^\/api\/sse(?=[/?]|$)/.test(url);
/** Opens a session of Socket.IO. Requests within a session name it. */
const isSession = ({ url = "" }: IncomingMessage) =>
  /^\/(notifications\/)?socket\.io[/?]/.test(url) && !new URLSearchParams(url.slice(url.indexOf("?") + 1)).get("sid");
/** A browser asks first whether a page may open one. */
const opens = (request: IncomingMessage) => request.method !== "OPTIONS" && (isEventStream(request) || isSession(request));

const limited = ({ resetMs }: LimitState) => new Problem("rate_limited", { retryAfter: resetMs / 1000 });

export interface HandshakeOptions {
  accept: Admission["accept"];
  callerOf: (request: IncomingMessage) => Promise<Caller>;
  networkOf: (request: IncomingMessage) => string;
}

/**
 * Passes handshakes through the admission queue before anything is done for them, in the turn of their network; one whose
 * client leaves the queue costs nothing more. Visitors beyond their limit, and event streams that can only be refused, do
 * not wait in it.
 */
export function admitHandshakes({ accept, callerOf, networkOf }: HandshakeOptions, { handle, upgrade }: Listeners): Listeners {
  return {
    async handle(request, response) {
      if (!opens(request)) return handle(request, response);
      try {
        const caller = await callerOf(request);
        if (caller.is !== "user") setLimitHeaders(response, "anonymous", caller.limit);
        // Costs as little as can be: a client without points may come often.
        if (caller.is === "limited") throw limited(caller.limit);
        if (isEventStream(request)) {
          // Is answered 401: it does not ask to follow as one.
          if (caller.is === "visitor") return handle(request, response);
          request.socket.setTimeout(0);
        }
        await accept(networkOf(request), () => !response.destroyed && handle(request, response));
      } catch (error) {
        refuseEventStream(request, response, toProblem(error));
      }
    },
    async upgrade(request, socket, head) {
      if (!opens(request)) return upgrade(request, socket, head);
      // Node leaves the socket without a listener while it waits.
      const ignore = () => {};
      socket.on("error", ignore);
      try {
        const caller = await callerOf(request);
        if (caller.is === "limited") {
          const withLimit: EveryAnswer = (_request, response) => setLimitHeaders(response, "anonymous", caller.limit);
          return void socket.end(writtenProblem(limited(caller.limit), request.headers, withLimit));
        }
        await accept(networkOf(request), () => {
          socket.off("error", ignore);
          if (!socket.destroyed) upgrade(request, socket, head);
        });
      } catch {
        socket.end(writtenProblem(new Problem("service_unavailable", { retryAfter: 5 }), request.headers));
      }
    },
  };
}
