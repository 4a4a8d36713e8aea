import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join, sep } from "node:path";
import { hashedFiles, isNavigation, pages, webClientCaching, webClientHeaders } from "@newfeed/shared/contracts/pages.ts";
import type { RequestHandler } from "express";
import sirv from "sirv";

export interface WebClientOptions {
  /** The output of `scripts/build-web.mjs`. */
  directory: string;
  /** The origins of media. */
  mediaOrigins: readonly string[];
}

const isPage = new RegExp(
  `^(/|(${Object.values(pages)
    .filter((path) => path !== pages.home)
    .map((path) => path.replace(/:\w+/g, "[^/]+"))
    .join("|")})/?)$`,
);

/**
 * Serves the built web client, from files that are compressed already, with `index.html` for its pages. It is also the answer,
 * with 404, to a person who opens an address that nothing has; other requests are passed on.
 */
export function webClient({ directory, mediaOrigins }: WebClientOptions): RequestHandler {
  // An installation without a build is an API only.
  if (!existsSync(join(directory, "index.html"))) return (_request, _response, next) => next();
  const document = readFileSync(join(directory, "index.html"), "utf8");
  const files = new Set(readdirSync(directory, { recursive: true, encoding: "utf8" }).map((name) => `/${name.replaceAll(sep, "/")}`));
  for (const name of files) if (/\.(html|gz|br)$|\/\./.test(name)) files.delete(name);
  const serve = sirv(directory, { etag: true, gzip: true, brotli: true });
  const headers = Object.entries(webClientHeaders(mediaOrigins));
  return (request, response, next) => {
    const { path } = request;
    const page = isPage.test(path);
    const found = page || files.has(path);
    if ((request.method !== "GET" && request.method !== "HEAD") || (!found && !isNavigation(request.method, path, request.headers.accept))) return next();
    // On a 304 too: its headers replace those that the browser has cached (RFC 9111, section 3.2).
    for (const [name, value] of headers) response.setHeader(name, value);
    response.setHeader("cache-control", path.startsWith(hashedFiles) ? webClientCaching.hashed : webClientCaching.other);
    if (!found) {
      response.status(404).type("html").send(document);
      return;
    }
    // sirv knows no icons, and no encoding of plain text.
    if (/\.(ico|txt)$/.test(path)) response.type(path.slice(-3));
    serve({ url: page ? "/" : path, method: request.method, headers: request.headers } as IncomingMessage, response, next);
  };
}
