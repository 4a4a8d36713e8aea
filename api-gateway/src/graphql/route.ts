import { once } from "node:events";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { commentInternalRoutes } from "@newfeed/shared/contracts/routes/comments.ts";
import type { ServiceName } from "@newfeed/shared/contracts/services.ts";
import type { AddressOf } from "@newfeed/shared/http/address.ts";
import { callerSignal } from "@newfeed/shared/http/caller-signal.ts";
import { readJson } from "@newfeed/shared/http/implement.ts";
import { eventStreamHeaders } from "@newfeed/shared/http/server-sent-events.ts";
import { callRoute } from "@newfeed/shared/http/service-client.ts";
import type { Viewer } from "@newfeed/shared/ports/call.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import { networkOf } from "@newfeed/shared/ports/network.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import type { Upstream } from "@newfeed/shared/ports/upstream.ts";
import type { Express, Request, RequestHandler, Response } from "express";
import { type Admit, createPayment, type TakePoints } from "../limits.ts";
import type { Follow } from "../live/follow.ts";
import { createCommentLists } from "./comment-lists.ts";
import { createCaller } from "./context.ts";
import type { RunGraphql } from "./server.ts";

export interface GraphqlRouteOptions {
  upstreams: Record<ServiceName, Upstream>;
  callService: ServiceClient;
  follow: Follow;
  internalTokenFor: (service: ServiceName, viewer: Viewer | null) => string;
  addressOf: AddressOf;
  admit: Admit;
  takePoints: TakePoints;
  logger: Logger;
}

const readBody = (request: Request, response: Response) =>
  new Promise<void>((resolve, reject) => {
    readJson(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
  });

const mediaTypes = ["application/json", "application/graphql-response+json", "text/event-stream"];

/** Writes an event stream at its client's pace, until it ends or the client leaves. A connection on which nothing moves is cut by the server. */
async function sendEvents(response: Response, events: AsyncIterable<string>, left: AbortSignal): Promise<void> {
  // Nothing follows a stream: a connection that is kept alive would only delay a shutdown.
  response.writeHead(200, { ...eventStreamHeaders, connection: "close" }).flushHeaders();
  try {
    for await (const text of events) if (!response.write(text)) await once(response, "drain", { signal: left });
    response.end();
  } catch (error) {
    if (!left.aborted) throw error;
  }
}

/**
 * `POST /graphql`, and no other method: a document in a URL would bypass the Origin check. Each call that a document makes
 * costs what it costs over REST: a general point, and one of its route's own limit. Introspection costs points as well; a
 * document costs one at least.
 */
export function graphqlRoute(
  app: Express,
  { upstreams, callService, follow, internalTokenFor, addressOf, admit, takePoints, logger }: GraphqlRouteOptions,
): void {
  let loading: Promise<RunGraphql> | undefined;
  // Loaded by the first request: GraphQL takes memory that many installations never need.
  const load = () => {
    loading ??= import("./server.ts").then(({ createGraphqlServer }) => createGraphqlServer(logger));
    return loading;
  };

  const answer: RequestHandler = async (request, response) => {
    const address = addressOf(request);
    const viewer = await admit(request, response, address);
    await readBody(request, response);
    const pay = createPayment(takePoints, response, viewer, address);
    const left = callerSignal(response);
    const call = createCaller({
      viewer,
      pay,
      send: (route, input) =>
        callRoute(upstreams, route, input, {
          internalToken: internalTokenFor(route.service, viewer),
          headers: { "x-forwarded-for": address },
          // What changes something is done, whether its client stays or not.
          ...(route.method === "get" && { signal: left }),
        }),
    });
    const commentLists = createCommentLists(async (pages) => {
      await pay(1);
      return callService(commentInternalRoutes.commentPages, { body: { ...pages, viewer: viewer?.userId ?? null } });
    });
    const run = await load();
    const mediaType = request.accepts(mediaTypes) || "application/json";
    const answered = await run(request.body, mediaType, {
      ...{ viewer, pay, call, commentLists, sender: { userId: viewer?.userId, network: networkOf(address) } },
      follow: (path, cursor) => follow(request, path, cursor, left),
    });
    if ("events" in answered) return sendEvents(response, answered.events, left);
    response.status(answered.status).setHeader("content-type", answered.contentType).end(answered.text);
  };

  app
    .route("/graphql")
    .post(answer)
    .all(async (request, response) => {
      await admit(request, response, addressOf(request));
      response.setHeader("allow", "POST");
      throw new Problem("method_not_allowed");
    });
}
