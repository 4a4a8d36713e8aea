import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { acceptsPage, pages } from "@newfeed/shared/contracts/pages.ts";
import type { Route } from "@newfeed/shared/contracts/route.ts";
import { pathsOf, publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import type { ServiceName } from "@newfeed/shared/contracts/services.ts";
import { callerSignal } from "@newfeed/shared/http/caller-signal.ts";
import type { EveryAnswer } from "@newfeed/shared/http/every-answer.ts";
import type { Observe } from "@newfeed/shared/http/observe.ts";
import { answerFailure } from "@newfeed/shared/http/problems.ts";
import type { Revocations } from "@newfeed/shared/http/revocations.ts";
import { pathFor } from "@newfeed/shared/http/service-client.ts";
import type { Viewer } from "@newfeed/shared/ports/call.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Upstream } from "@newfeed/shared/ports/upstream.ts";
import { forward } from "./forward.ts";
import type { Identify } from "./identity.ts";
import type { Admit } from "./limits.ts";
import { askForPassword, takePassword } from "./passwords.ts";
import { createRouteTable } from "./route-table.ts";
import type { UploadInTurn } from "./uploads.ts";

export interface ForwardedRoutesOptions {
  upstreams: Record<ServiceName, Upstream>;
  admit: Admit;
  identify: Identify;
  internalTokenFor: (service: ServiceName, viewer: Viewer | null) => string;
  revocations: Pick<Revocations, "takeFrom">;
  addressOf: (request: IncomingMessage) => string;
  observe: Observe;
  everyAnswer: EveryAnswer;
  upload: UploadInTurn;
  logger: Logger;
  /** Paths of the gateway itself that look like a route's. */
  notForwarded: readonly string[];
}

const pagePaths: ReadonlySet<string> = new Set(Object.values(pages));

type Forwarded = Pick<Route, "service" | "path"> & Partial<Pick<Route, "access" | "limit" | "bodyType" | "passwordHeader">>;

/** Files that media-service serves: outside the rate limits, since a page shows many, and to anybody, but for those that moderators hold back. */
const mediaFiles: Forwarded = { service: "media-service", path: "/media/:shard/:file" };

/**
 * Every route that is forwarded to a service, in front of Express: identity, limits, then the service behind its breaker.
 * Returns false for other requests; problems are answered.
 */
export function createForwardedRoutes(options: ForwardedRoutesOptions): {
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Cuts the event streams, which would never end by themselves: their clients open them elsewhere. */
  drain(): void;
} {
  const { upstreams, admit, identify, internalTokenFor, revocations, addressOf, observe, everyAnswer, upload, logger, notForwarded } = options;
  const table = createRouteTable<Forwarded | null>();
  for (const path of notForwarded) table.add("GET", path, null);
  table.add("GET", mediaFiles.path, mediaFiles);
  for (const route of Object.values<Route>(publicRoutes)) for (const path of pathsOf(route)) table.add(route.method.toUpperCase(), path, route);

  const eventStreams = new Set<ServerResponse>();
  let draining = false;
  function noteEventStream(headers: IncomingHttpHeaders, response: ServerResponse): void {
    if (!headers["content-type"]?.startsWith("text/event-stream")) return;
    if (draining) response.destroy();
    eventStreams.add(response);
    response.once("close", () => eventStreams.delete(response));
  }

  /** Of a request for a file: who sends what is not valid any more is a visitor. */
  async function readerOf(request: IncomingMessage): Promise<Viewer | null> {
    try {
      return await identify(request);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    }
  }

  async function forwardRoute(
    { service, access, limit, bodyType, passwordHeader }: Forwarded,
    path: () => string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const address = addressOf(request);
    const isSessions = service === "auth-service";
    const hasPassword = passwordHeader === undefined || takePassword(request, passwordHeader);
    const viewer = access ? await admit(request, response, address, limit) : await readerOf(request);
    if (!hasPassword) throw askForPassword(response);
    if (access === "user" && !viewer) throw new Problem("unauthenticated");
    const streamed = bodyType === "multipart";
    const pass = () =>
      forward(request, response, {
        upstream: upstreams[service],
        path: path(),
        internalToken: internalTokenFor(service, viewer),
        address,
        withCookies: isSessions,
        answered: isSessions ? revocations.takeFrom : (headers) => noteEventStream(headers, response),
        streamed,
      });
    await (streamed ? upload(viewer?.userId ?? address, address, pass, callerSignal(response)) : pass());
  }

  const handle = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { url = "/", method = "" } = request;
    const query = url.indexOf("?");
    const path = query < 0 ? url : url.slice(0, query);
    const found = table.find(method, path);
    if (!found?.value || (acceptsPage(request.headers.accept) && pagePaths.has(path.replace(/\/$/, "")))) return false;
    const { value: route, params } = found;
    observe(request, response, path, () => route.path);
    everyAnswer(request, response, () => {});
    forwardRoute(route, () => pathFor(route.path, params()) + (query < 0 ? "" : url.slice(query)), request, response).catch((error: unknown) =>
      answerFailure(logger, error, method, path, response),
    );
    return true;
  };
  return {
    handle,
    drain() {
      draining = true;
      for (const response of eventStreams) response.destroy();
    },
  };
}
