import type { RequestListener } from "node:http";
import type { Route } from "../contracts/route.ts";
import type { ServiceName } from "../contracts/services.ts";
import { answerFailure } from "../http/problems.ts";
import type { Logger } from "../ports/logger.ts";
import type { Address } from "./listen.ts";
import { type Http2Listener, listenHttp2 } from "./listen-http2.ts";

export interface ServiceGrpc {
  name: ServiceName;
  handle: RequestListener;
  routes: ReadonlyMap<string, Route>;
  logger: Logger;
}

/** Opens a service's port for gRPC. What answers there is loaded by the first call. Throws `PortTaken`. */
export function listenForServices(service: ServiceGrpc, at: Address): Promise<Http2Listener> {
  let loading: Promise<RequestListener> | undefined;
  const load = () => {
    loading ??= import("../grpc/service-server.ts").then(({ createServiceGrpc }) => createServiceGrpc(service));
    return loading;
  };
  const handle: RequestListener = (request, response) => {
    load()
      .then((answer) => answer(request, response))
      .catch((error: unknown) => answerFailure(service.logger, error, request.method ?? "", request.url ?? "", response));
  };
  return listenHttp2({ handle, everyAnswer: undefined }, at);
}
