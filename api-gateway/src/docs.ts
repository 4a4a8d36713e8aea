import { fileURLToPath } from "node:url";
import express, { type Express, type RequestHandler } from "express";
import helmet from "helmet";
import swaggerUi from "swagger-ui-express";
import type { Addresses } from "./asyncapi.ts";

/** The same for everyone until an upgrade. */
const cached: RequestHandler = (_request, response, next) => {
  response.setHeader("cache-control", "no-cache");
  next();
};

/** Made by the first request, and kept as text. */
function documentHandler(type: string, make: () => Promise<string>): RequestHandler {
  let text: Promise<string> | undefined;
  return async (_request, response) => {
    text ??= make();
    response.type(type).send(await text);
  };
}

/** The messages and methods of gRPC. */
const protoFolder = fileURLToPath(new URL("../../shared/proto", import.meta.url));

export interface DocumentOptions extends Addresses {
  /** Before what takes work. */
  limited: RequestHandler;
}

/** `/openapi.json`, `/asyncapi.json`, `/schema.graphql`, `/proto/newfeed/v1/*.proto`, and `/docs`, a page to read and try the first. Everything is served from here. */
export function documentRoutes(app: Express, { limited, origin, directPort }: DocumentOptions): void {
  const documents: [path: string, type: string, make: () => Promise<string>][] = [
    ["/openapi.json", "json", async () => JSON.stringify((await import("./openapi.ts")).openApiDocument())],
    ["/asyncapi.json", "json", async () => JSON.stringify((await import("./asyncapi.ts")).asyncApiDocument({ origin, directPort }))],
    ["/schema.graphql", "application/graphql", async () => (await import("./graphql/schema.ts")).typeDefs],
  ];
  for (const [path, type, make] of documents) app.get(path, limited, cached, documentHandler(type, make));
  const proto = express.static(protoFolder, {
    index: false,
    redirect: false,
    setHeaders: (response) => response.setHeader("content-type", "text/plain; charset=utf-8"),
  });
  app.use("/proto", limited, cached, proto);
  const page = helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      // The page has a style element, and the interface sets style attributes.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", "data:"],
      connectSrc: ["'self'"],
      frameAncestors: ["'none'"],
    },
  });
  // The library's index shows another API.
  app.get("/docs/index.html", (_request, response) => response.redirect("/docs/"));
  app.use("/docs", page, cached, ...swaggerUi.serve);
  app.get("/docs", page, cached, swaggerUi.setup(undefined, { customSiteTitle: "NewFeed API", swaggerOptions: { url: "/openapi.json" } }));
}
