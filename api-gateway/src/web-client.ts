import { existsSync, readdirSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join, sep } from "node:path";
import { hashedFiles, pages, webClientCaching, webClientHeaders } from "@newfeed/shared/contracts/pages.ts";
import type { RequestHandler } from "express";
import sirv from "sirv";

export interface WebClientOptions {
  /** The output of `scripts/build-web.mjs`. */
  directory: string;
  /** The origins of media. */
  mediaOrigins: readonly string[];
}

const isPage = new RegExp(
  `^(${Object.values(pages)
    .map((path) => path.replace(/:\w+/g, "[^/]+"))
    .join("|")})$`,
);

/** Serves the built web client, from files that are compressed already, with `index.html` for its pages. Passes other requests on. */
export function webClient({ directory, mediaOrigins }: WebClientOptions): RequestHandler {
  // An installation without a build is an API only.
  if (!existsSync(join(directory, "index.html"))) return (_request, _response, next) => next();
  const files = new Set(readdirSync(directory, { recursive: true, encoding: "utf8" }).map((name) => `/${name.replaceAll(sep, "/")}`));
  for (const name of files) if (/\.(html|gz|br)$|\/\./.test(name)) files.delete(name);
  const serve = sirv(directory, { etag: true, gzip: true, brotli: true });
  const headers = Object.entries(webClientHeaders(mediaOrigins));
  return (request, response, next) => {
    const { path } = request;
    const page = isPage.test(path);
    if ((request.method !== "GET" && request.method !== "HEAD") || (!page && !files.has(path))) return next();
    // On a 304 too: its headers replace those that the browser has cached (RFC 9111, section 3.2).
    for (const [name, value] of headers) response.setHeader(name, value);
    response.setHeader("cache-control", path.startsWith(hashedFiles) ? webClientCaching.hashed : webClientCaching.other);
    serve({ url: page ? "/" : path, method: request.method, headers: request.headers } as IncomingMessage, response, next);
  };
}
