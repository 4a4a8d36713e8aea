import type { IncomingMessage, ServerResponse } from "node:http";
import type { DescMethod } from "@bufbuild/protobuf";
import { type ConnectRouter, createContextValues, type HandlerContext } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { repairAuthority } from "@newfeed/shared/grpc/authority.ts";
import { type Exchange, exchangeKey } from "@newfeed/shared/grpc/exchange.ts";
import { serveHealth } from "@newfeed/shared/grpc/health.ts";
import { mappedMethods } from "@newfeed/shared/grpc/methods.ts";
import { serveReflection } from "@newfeed/shared/grpc/reflection.ts";
import type { Observe } from "@newfeed/shared/http/observe.ts";
import { answerFailure } from "@newfeed/shared/http/problems.ts";
import { runInContext } from "@newfeed/shared/ports/context.ts";
import { Health } from "@newfeed/shared/proto/grpc/health/v1/health_pb.ts";
import { ServerReflection } from "@newfeed/shared/proto/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as ServerReflectionAlpha } from "@newfeed/shared/proto/grpc/reflection/v1alpha/reflection_pb.ts";
import { AuthService } from "@newfeed/shared/proto/newfeed/v1/auth_pb.ts";
import { CommentService } from "@newfeed/shared/proto/newfeed/v1/comment_pb.ts";
import { EventService } from "@newfeed/shared/proto/newfeed/v1/event_pb.ts";
import { type FollowInboxRequest, type FollowPostRequest, LiveService } from "@newfeed/shared/proto/newfeed/v1/live_pb.ts";
import { MediaService } from "@newfeed/shared/proto/newfeed/v1/media_pb.ts";
import { PostService } from "@newfeed/shared/proto/newfeed/v1/post_pb.ts";
import { SearchService } from "@newfeed/shared/proto/newfeed/v1/search_pb.ts";
import { UserService } from "@newfeed/shared/proto/newfeed/v1/user_pb.ts";
import { type CallOptions, createCalls } from "./calls.ts";

export interface GrpcOptions extends CallOptions {
  observe: Observe;
  /** Of calls that last as long as their clients stay. */
  observeStream: Observe;
  isReady: () => Promise<boolean>;
}

/** Answers a request over gRPC, gRPC-Web or Connect: of HTTP/1.1, or of HTTP/2 by Node's compatible API. */
export type HandleGrpc = (request: IncomingMessage, response: ServerResponse) => void;

const ours = [AuthService, UserService, PostService, CommentService, MediaService, SearchService, EventService, LiveService];
const all = [...ours, Health, ServerReflection, ServerReflectionAlpha];

/** The path of each method, and whether it is answered once. */
const paths: ReadonlyMap<string, DescMethod["methodKind"]> = new Map(
  all.flatMap(({ typeName, methods }) => methods.map(({ name, methodKind }) => [`/${typeName}/${name}`, methodKind] as const)),
);

/** A message with a piece of an upload: 1 MiB, and what stands around it. */
const uploadMessageBytes = 1024 * 1024 + 64;

/** The methods of all services, health and reflection. */
export function createGrpcServer({ observe, observeStream, isReady, ...options }: GrpcOptions): HandleGrpc {
  const { admit, addressOf, logger } = options;
  const { unary, uploadMedia, followed } = createCalls(options);
  const readMaxBytes = bounds.jsonBodyBytes;

  function routes(router: ConnectRouter): void {
    for (const mapped of mappedMethods) router.rpc(mapped.method, unary(mapped), { readMaxBytes });
    router.rpc(MediaService.method.uploadMedia, uploadMedia, { readMaxBytes: uploadMessageBytes });
    const live = {
      // An empty id would make the path of something else.
      followPost: ({ postId, cursor }: FollowPostRequest, context: HandlerContext) =>
        followed(`/api/sse/comments/${encodeURIComponent(postId || "-")}`, cursor, context),
      followInbox: ({ cursor }: FollowInboxRequest, context: HandlerContext) => followed("/api/sse/notifications", cursor, context),
    };
    router.service(LiveService, live, { readMaxBytes });
    serveHealth(router, ours, isReady);
    serveReflection(router, all, { admit: ({ request, response }) => admit(request, response, addressOf(request)), logger });
  }

  async function refuse({ request, response }: Exchange): Promise<void> {
    try {
      await admit(request, response, addressOf(request));
      throw new Problem("not_found");
    } catch (error) {
      answerFailure(logger, error, request.method ?? "", request.url ?? "", response);
    }
  }

  const exchanges = new WeakMap<object, Exchange>();
  const answer = connectNodeAdapter({ routes, contextValues: (request) => createContextValues().set(exchangeKey, exchanges.get(request)) });

  return (request, response) => {
    const exchange = { request, response };
    exchanges.set(request, exchange);
    repairAuthority(request);
    const path = request.url?.split("?", 1)[0] ?? "";
    const kind = paths.get(path);
    const context = (kind === "server_streaming" || kind === "bidi_streaming" ? observeStream : observe)(request, response, path, () => (kind ? path : "none"));
    runInContext(context, () => (kind ? answer(request, response) : void refuse(exchange)));
  };
}
