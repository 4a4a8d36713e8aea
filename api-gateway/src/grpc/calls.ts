import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Route, RouteResult } from "@newfeed/shared/contracts/route.ts";
import { mediaRoutes } from "@newfeed/shared/contracts/routes/media.ts";
import type { ServiceName } from "@newfeed/shared/contracts/services.ts";
import { type Exchange, exchangeOf, failureOf, headersFor } from "@newfeed/shared/grpc/exchange.ts";
import { givenBy, messageOf } from "@newfeed/shared/grpc/messages.ts";
import type { MappedMethod } from "@newfeed/shared/grpc/methods.ts";
import { readUpload } from "@newfeed/shared/grpc/upload.ts";
import type { AddressOf } from "@newfeed/shared/http/address.ts";
import type { Revocations } from "@newfeed/shared/http/revocations.ts";
import { routeInput } from "@newfeed/shared/http/route-input.ts";
import { callRoute, type HttpCallOptions } from "@newfeed/shared/http/service-client.ts";
import type { Viewer } from "@newfeed/shared/ports/call.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { CallInput } from "@newfeed/shared/ports/service-client.ts";
import type { Upstream } from "@newfeed/shared/ports/upstream.ts";
import { StreamEventSchema } from "@newfeed/shared/proto/newfeed/v1/live_pb.ts";
import { MediaSchema, type UploadMediaRequest } from "@newfeed/shared/proto/newfeed/v1/media_pb.ts";
import type { Admit } from "../limits.ts";
import type { ReceivedEvent } from "../live/event-reader.ts";
import type { Follow } from "../live/follow.ts";
import type { UploadInTurn } from "../uploads.ts";

export interface CallOptions {
  upstreams: Record<ServiceName, Upstream>;
  follow: Follow;
  admit: Admit;
  addressOf: AddressOf;
  internalTokenFor: (service: ServiceName, viewer: Viewer | null) => string;
  revocations: Pick<Revocations, "takeFrom">;
  upload: UploadInTurn;
  logger: Logger;
}

/** `comment_added` is the field `commentAdded`; null for what a newer notification-service sends. */
function messageOfEvent({ name, data, id }: ReceivedEvent): MessageShape<typeof StreamEventSchema> | null {
  const field = StreamEventSchema.fields.find((known) => known.oneof && known.name === name);
  return field ? messageOf(StreamEventSchema, { [field.jsonName]: JSON.parse(data), ...(id !== undefined && { cursor: id }) }) : null;
}

/** What methods do: identity, limits, rules and answers are those of the routes that they map to. */
export function createCalls({ upstreams, follow, admit, addressOf, internalTokenFor, revocations, upload, logger }: CallOptions) {
  /** Identity, limits and access of a route; what `call` does then is done as its viewer. */
  async function admitted(route: Pick<Route, "limit" | "access" | "idempotent">, exchange: Exchange) {
    const address = addressOf(exchange.request);
    const viewer = await admit(exchange.request, exchange.response, address, route.limit);
    if (route.access === "user" && !viewer) throw new Problem("unauthenticated");
    const call = <R extends Route>(to: R, input: CallInput<R>, more: Partial<HttpCallOptions> = {}): Promise<RouteResult<R>> =>
      callRoute(upstreams, to, input, {
        internalToken: internalTokenFor(to.service, viewer),
        headers: headersFor(to, exchange, address),
        ...more,
      });
    return { viewer, address, call };
  }

  /** A method that is answered once. */
  const unary = (mapped: MappedMethod) => async (message: MessageShape<DescMessage>, context: HandlerContext) => {
    const { method, route, enveloped } = mapped;
    try {
      const exchange = exchangeOf(context);
      const { call } = await admitted(route, exchange);
      const answer = await call(route, routeInput(route, givenBy(mapped, message)), {
        signal: context.signal,
        answered: (headers) => {
          if (route.service === "auth-service") revocations.takeFrom(headers);
          if (headers["idempotent-replayed"]) context.responseHeader.set("idempotent-replayed", "true");
        },
      });
      return messageOf(method.output, enveloped ? (answer as { data: unknown }).data : answer);
    } catch (error) {
      throw failureOf(error, context, logger);
    }
  };

  /** The answer of a route that takes uploads has less than the upload by itself. */
  async function uploadMedia(requests: AsyncIterable<UploadMediaRequest>, context: HandlerContext) {
    try {
      const { signal } = context;
      const { route, contentType, body } = await readUpload(requests);
      const { viewer, address, call } = await admitted(route, exchangeOf(context));
      const { id } = await upload(viewer?.userId ?? address, address, () => call(route, {}, { upload: { contentType, body }, signal }), signal);
      return messageOf(MediaSchema, await call(mediaRoutes.getMedia, { params: { id } }, { signal }));
    } catch (error) {
      throw failureOf(error, context, logger);
    }
  }

  /** Who brings no token follows as a visitor. */
  async function* followed(path: string, cursor: string | undefined, context: HandlerContext) {
    try {
      // nginx passes it on at once.
      context.responseHeader.set("x-accel-buffering", "no");
      for await (const event of follow(exchangeOf(context).request, path, cursor, context.signal)) {
        const message = messageOfEvent(event);
        if (message) yield message;
      }
    } catch (error) {
      throw failureOf(error, context, logger);
    }
  }

  return { unary, uploadMedia, followed };
}
