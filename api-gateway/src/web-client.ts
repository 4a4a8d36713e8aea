import { existsSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { hashedFiles, pages, webClientCaching, webClientHeaders } from "@newfeed/shared/contracts/pages.ts";
import type { RequestHandler } from "express";
import sirv from "sirv";

export interface WebClientOptions {
  /** What `scripts/build-web.mjs` made. */
  directory: string;
  /** From where media are loaded. */
  mediaOrigin: string;
}

const isPage = new RegExp(
  `^(${Object.values(pages)
    .map((path) => path.replace(/:\w+/g, "[^/]+"))
    .join("|")})$`,
);

/** Serves the built web client, compressed as it was built: its files, and `index.html` for its pages. Passes everything else on. */
export function webClient({ directory, mediaOrigin }: WebClientOptions): RequestHandler {
  // Built by whoever starts from sources; an installation without it is an API.
  if (!existsSync(join(directory, "index.html"))) return (_request, _response, next) => next();
  const headers = webClientHeaders(mediaOrigin);
  const serve = sirv(directory, {
    etag: true,
    gzip: true,
    brotli: true,
    setHeaders(response, path) {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.setHeader("cache-control", path.startsWith(hashedFiles) ? webClientCaching.hashed : webClientCaching.other);
    },
  });
  return (request, response, next) => {
    if (request.method !== "GET" && request.method !== "HEAD") return next();
    const { path } = request;
    if (!isPage.test(path)) return path.endsWith(".html") ? next() : serve(request, response, next);
    serve({ url: "/", method: request.method, headers: request.headers } as IncomingMessage, response, next);
  };
}
