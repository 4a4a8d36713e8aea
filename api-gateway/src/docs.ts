import type { Express, RequestHandler } from "express";
import helmet from "helmet";
import swaggerUi from "swagger-ui-express";

/** Made by the first request, and kept as text. */
function documentHandler(make: () => Promise<unknown>): RequestHandler {
  let text: Promise<string> | undefined;
  return async (_request, response) => {
    text ??= make().then((document) => JSON.stringify(document));
    response.type("json").send(await text);
  };
}

/** `/openapi.json` and `/asyncapi.json`, behind `limited`, and `/docs`, a page to read and try the first. Everything is served from here. */
export function documentRoutes(app: Express, limited: RequestHandler): void {
  app.get(
    "/openapi.json",
    limited,
    documentHandler(async () => (await import("./openapi.ts")).openApiDocument()),
  );
  app.get(
    "/asyncapi.json",
    limited,
    documentHandler(async () => (await import("./asyncapi.ts")).asyncApiDocument()),
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
  app.use("/docs", page, ...swaggerUi.serve);
  app.get("/docs", page, swaggerUi.setup(undefined, { customSiteTitle: "NewFeed API", swaggerOptions: { url: "/openapi.json" } }));
}
