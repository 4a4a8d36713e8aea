import type { Express, RequestHandler } from "express";
import helmet from "helmet";
import swaggerUi from "swagger-ui-express";
import type { Addresses } from "./asyncapi.ts";

/** The same for everyone until an upgrade. */
const cached: RequestHandler = (_request, response, next) => {
  response.setHeader("cache-control", "no-cache");
  next();
};

/** Made by the first request, and kept as text. */
function documentHandler(make: () => Promise<unknown>): RequestHandler {
  let text: Promise<string> | undefined;
  return async (_request, response) => {
    text ??= make().then((document) => JSON.stringify(document));
    response.type("json").send(await text);
  };
}

export interface DocumentOptions extends Addresses {
  /** Before what takes work. */
  limited: RequestHandler;
}

/** `/openapi.json`, `/asyncapi.json`, and `/docs`, a page to read and try the first. Everything is served from here. */
export function documentRoutes(app: Express, { limited, origin, directPort }: DocumentOptions): void {
  app.get(
    "/openapi.json",
    limited,
    cached,
    documentHandler(async () => (await import("./openapi.ts")).openApiDocument()),
  );
  app.get(
    "/asyncapi.json",
    limited,
    cached,
    documentHandler(async () => (await import("./asyncapi.ts")).asyncApiDocument({ origin, directPort })),
  );
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
