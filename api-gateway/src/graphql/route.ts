import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { commentInternalRoutes } from "@newfeed/shared/contracts/routes/comments.ts";
import type { ServiceName } from "@newfeed/shared/contracts/services.ts";
import { readJson } from "@newfeed/shared/http/implement.ts";
import { callRoute } from "@newfeed/shared/http/service-client.ts";
import type { Viewer } from "@newfeed/shared/ports/call.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import type { Upstream } from "@newfeed/shared/ports/upstream.ts";
import type { Express, Request, RequestHandler, Response } from "express";
import type { Admit, TakeOwnPoint } from "../limits.ts";
import { createCommentLists } from "./comment-lists.ts";
import { createCaller } from "./context.ts";
import type { RunGraphql } from "./server.ts";

export interface GraphqlRouteOptions {
  upstreams: Record<ServiceName, Upstream>;
  callService: ServiceClient;
  internalTokenFor: (service: ServiceName, viewer: Viewer | null) => string;
  admit: Admit;
  takeOwnPoint: TakeOwnPoint;
  logger: Logger;
}

const readBody = (request: Request, response: Response) =>
  new Promise<void>((resolve, reject) => {
    readJson(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
  });

const mediaTypes = ["application/json", "application/graphql-response+json"];

/**
 * `POST /graphql`, and no other method: a document in a URL would bypass the Origin check. A request takes one general
 * point; a mutation also takes one of its REST route's limit.
 */
export function graphqlRoute(app: Express, { upstreams, callService, internalTokenFor, admit, takeOwnPoint, logger }: GraphqlRouteOptions): void {
  let loading: Promise<RunGraphql> | undefined;
  // Loaded by the first request: GraphQL takes memory that many installations never need.
  const load = () => {
    loading ??= import("./server.ts").then(({ createGraphqlServer }) => createGraphqlServer(logger));
    return loading;
  };

  const answer: RequestHandler = async (request, response) => {
    const address = request.ip ?? "";
    const viewer = await admit(request, response, address);
    await readBody(request, response);
    const call = createCaller({
      viewer,
      takeOwnPoint: async ({ limit }) => {
        if (limit) await takeOwnPoint(response, viewer, address, limit);
      },
      send: (route, input) =>
        callRoute(upstreams, route, input, {
          internalToken: internalTokenFor(route.service, viewer),
          headers: { "x-forwarded-for": address },
        }),
    });
    const commentLists = createCommentLists((pages) => callService(commentInternalRoutes.commentPages, { body: { ...pages, viewer: viewer?.userId ?? null } }));
    const run = await load();
    const accept = request.accepts(mediaTypes) || "application/json";
    const { status, contentType, text } = await run(request.body, accept, { viewer, call, commentLists });
    response.status(status).setHeader("content-type", contentType).end(text);
  };

  app
    .route("/graphql")
    .post(answer)
    .all((_request, response) => {
      response.setHeader("allow", "POST");
      throw new Problem("method_not_allowed");
    });
}
