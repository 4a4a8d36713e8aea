import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createEveryAnswer } from "@newfeed/shared/http/every-answer.ts";
import { answerFailure } from "@newfeed/shared/http/problems.ts";
import type { GrpcOptions, HandleGrpc } from "./server.ts";

export interface GrpcRouteOptions extends GrpcOptions {
  /** Whose pages may call: on the port for gRPC the feed's own are of another origin. */
  origins: { own: readonly string[]; allowed: readonly string[] };
}

/** Where gRPC-Web and Connect say how a call ended. */
const exposed = ["grpc-status", "grpc-message", "grpc-status-details-bin"];

/** Paths of our methods: `/newfeed.v1.PostService/GetPostById`. */
const ourPath = /^\/newfeed\.v\d+\.\w+\/\w+(?=\?|$)/;

/** gRPC, gRPC-Web and Connect. Loaded by the first call: many installations never need it. */
export function grpcRoutes({ origins, ...options }: GrpcRouteOptions) {
  const everyAnswer = createEveryAnswer([...origins.own, ...origins.allowed], exposed);
  let loading: Promise<HandleGrpc> | undefined;
  const load = () => {
    loading ??= import("./server.ts").then(({ createGrpcServer }) => createGrpcServer(options));
    return loading;
  };
  const handle: RequestListener = (request, response) => {
    everyAnswer(request, response, () => {
      load()
        .then((answer) => answer(request, response))
        .catch((error: unknown) => answerFailure(options.logger, error, request.method ?? "", request.url ?? "", response));
    });
  };
  return {
    handle,
    /** For the gateway's own port, where pages call without CORS. Returns false for other requests. */
    handleOurs(request: IncomingMessage, response: ServerResponse): boolean {
      if (!ourPath.test(request.url ?? "")) return false;
      handle(request, response);
      return true;
    },
  };
}
