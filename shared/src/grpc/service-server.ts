import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { create, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter, createContextValues, type HandlerContext } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { Route } from "../contracts/route.ts";
import { mediaRoutes } from "../contracts/routes/media.ts";
import type { ServiceName } from "../contracts/services.ts";
import { inProcess } from "../http/in-process.ts";
import { internalTokenHeader } from "../http/internal-tokens.ts";
import { takePropagatedMark } from "../http/propagated-errors.ts";
import { routeInput } from "../http/route-input.ts";
import { callRoute, requestFor, type Upstreams } from "../http/service-client.ts";
import type { Logger } from "../ports/logger.ts";
import { Health } from "../proto/grpc/health/v1/health_pb.ts";
import { ServerReflection } from "../proto/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as ServerReflectionAlpha } from "../proto/grpc/reflection/v1alpha/reflection_pb.ts";
import { type CallRouteRequest, RouteFailureSchema, RouteService } from "../proto/newfeed/internal/v1/route_pb.ts";
import { MediaSchema, MediaService, type UploadMediaRequest } from "../proto/newfeed/v1/media_pb.ts";
import { repairAuthority } from "./authority.ts";
import { codeOfStatus } from "./errors.ts";
import { type Exchange, exchangeKey, exchangeOf, failureOf, headersFor } from "./exchange.ts";
import { serveHealth } from "./health.ts";
import { givenBy, messageOf } from "./messages.ts";
import { internalMethods, type MappedMethod, mappedMethods } from "./methods.ts";
import { serveReflection } from "./reflection.ts";
import { readUpload } from "./upload.ts";

export interface ServiceGrpcOptions {
  name: ServiceName;
  /** Its app, which checks internal tokens, access and input. */
  handle: RequestListener;
  /** Its routes by name, also those that only services call. */
  routes: ReadonlyMap<string, Route>;
  logger: Logger;
}

/** A message with a piece of an upload: 1 MiB, and what stands around it. */
const uploadMessageBytes = 1024 * 1024 + 64;
/** What other services send, such as the texts of many posts. */
const callBytes = 4 * 1024 * 1024;

/** Of a call's metadata: what its request over HTTP would have. */
const passedOn = ["x-correlation-id", "traceparent", "user-agent", "accept-language", "idempotency-key", "x-forwarded-for"] as const;

/**
 * A service's own port: the methods whose routes are its own, for callers that bring its internal token, and any of its routes for other
 * services. Each call goes through the service's app.
 */
export function createServiceGrpc({ name, handle, routes, logger }: ServiceGrpcOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const own = inProcess(handle);
  const upstreams = { [name]: own } as Upstreams;
  const methods = [...mappedMethods, ...internalMethods].filter(({ route }) => route.service === name);
  const services = [...new Set(methods.map(({ method }) => method.parent)), RouteService];
  const all = [...services, Health, ServerReflection, ServerReflectionAlpha];

  const tokenOf = (context: HandlerContext) => context.requestHeader.get(internalTokenHeader) ?? "";

  function metadataOf({ requestHeader }: HandlerContext): Record<string, string> {
    return Object.fromEntries(
      [...passedOn, internalTokenHeader].flatMap((header) => {
        const value = requestHeader.get(header);
        return value === null ? [] : [[header, value]];
      }),
    );
  }

  const call = <R extends Route>(to: R, input: object, context: HandlerContext, more: Partial<Parameters<typeof callRoute>[3]> = {}) => {
    const exchange = exchangeOf(context);
    const headers = { ...headersFor(to, exchange, context.requestHeader.get("x-forwarded-for") ?? ""), ...metadataOf(context) };
    return callRoute(upstreams, to, input, { internalToken: tokenOf(context), headers, signal: context.signal, ...more });
  };

  const unary = (mapped: MappedMethod) => async (message: MessageShape<DescMessage>, context: HandlerContext) => {
    try {
      const answer = await call(mapped.route, routeInput(mapped.route, givenBy(mapped, message)), context);
      return messageOf(mapped.method.output, mapped.enveloped ? (answer as { data: unknown }).data : answer);
    } catch (error) {
      throw failureOf(error, context, logger);
    }
  };

  async function uploadMedia(requests: AsyncIterable<UploadMediaRequest>, context: HandlerContext) {
    try {
      const { route, contentType, body } = await readUpload(requests);
      const { id } = (await call(route, {}, context, { upload: { contentType, body } })) as { id: string };
      return messageOf(MediaSchema, await call(mediaRoutes.getMedia, { params: { id } }, context));
    } catch (error) {
      throw failureOf(error, context, logger);
    }
  }

  async function anyRoute({ route: routeName, params, query, body }: CallRouteRequest, context: HandlerContext) {
    const route = routes.get(routeName);
    if (!route || route.bodyType === "multipart") throw new ConnectError("There is no such route.", Code.Unimplemented);
    const request = requestFor(route, { params, query });
    const response = await own.request({
      ...request,
      headers: { ...metadataOf(context), ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body }),
      signal: context.signal,
    });
    const propagated = takePropagatedMark(response.headers);
    const text = await response.body.text();
    if (response.status < 300) return { answer: text };
    const failure = new ConnectError(`${name} answered ${response.status}`, codeOfStatus(response.status));
    failure.details = [{ desc: RouteFailureSchema, value: create(RouteFailureSchema, { status: response.status, problem: text, propagated }) }];
    throw failure;
  }

  async function isReady(): Promise<boolean> {
    const { status } = await own.request({ method: "GET", path: "/health/ready", headers: {} });
    return status === 200;
  }

  function serve(router: ConnectRouter): void {
    for (const mapped of methods) router.rpc(mapped.method, unary(mapped), { readMaxBytes: callBytes });
    if (name === mediaRoutes.getMedia.service) router.rpc(MediaService.method.uploadMedia, uploadMedia, { readMaxBytes: uploadMessageBytes });
    router.service(RouteService, { callRoute: anyRoute }, { readMaxBytes: callBytes });
    serveHealth(router, services, isReady);
    serveReflection(router, all, { admit: async () => {}, logger });
  }

  const exchanges = new WeakMap<object, Exchange>();
  const answer = connectNodeAdapter({
    routes: serve,
    contextValues: (request) => createContextValues().set(exchangeKey, exchanges.get(request)),
  });
  return (request, response) => {
    exchanges.set(request, { request, response });
    repairAuthority(request);
    answer(request, response);
  };
}
