import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join, sep } from "node:path";
import { connectSources, hashedFiles, isNavigation, isPagePath, webClientCaching, webClientHeaders } from "@newfeed/shared/contracts/pages.ts";
import type { Request, RequestHandler, Response } from "express";
import sirv from "sirv";
import { etagOf } from "./etag.ts";
import { openDocument } from "./readable/document.ts";
import { isReadable, type Readable } from "./readable/read.ts";

export interface WebClientOptions {
  /** The output of `scripts/build-web.mjs`. */
  directory: string;
  /** The origins of media. */
  mediaOrigins: readonly string[];
  /** Where else than here pages send files; nowhere, when left out. */
  uploadOrigins?: readonly string[];
}

/** What a visitor may read at the address of a request; null where the document is served as it is. */
export type ReadPage = (request: Request, response: Response) => Promise<Readable>;

/**
 * Serves the built web client, from files that are compressed already, with `index.html` for its pages; in those of posts and
 * profiles stands what a visitor may read, also without scripts, in the language that their browser asks for. `index.html` is also
 * the answer, with 404, to a person who opens an address that nothing has, the profile of nobody, or a comment that visitors do not see; other requests are passed on.
 * `origin` is that of the sitemap, which `robots.txt` names.
 */
export function webClient({ directory, mediaOrigins, uploadOrigins = [] }: WebClientOptions, readPage: ReadPage, origin: string): RequestHandler {
  // An installation without a build is an API only.
  if (!existsSync(join(directory, "index.html"))) return (_request, _response, next) => next();
  const document = readFileSync(join(directory, "index.html"), "utf8");
  const fill = openDocument(document);
  const files = new Set(readdirSync(directory, { recursive: true, encoding: "utf8" }).map((name) => `/${name.replaceAll(sep, "/")}`));
  for (const name of files) if (/\.(html|gz|br)$|\/\./.test(name)) files.delete(name);
  // Where the sitemap is depends on where the feed is.
  const robots = files.has("/robots.txt") ? `${readFileSync(join(directory, "robots.txt"), "utf8")}\nSitemap: ${origin}/sitemap.xml\n` : "";
  const serve = sirv(directory, { etag: true, gzip: true, brotli: true });
  const headers = Object.entries(webClientHeaders(mediaOrigins, connectSources(uploadOrigins)));
  return async (request, response, next) => {
    const { path } = request;
    const page = isPagePath.test(path);
    const found = page || files.has(path);
    if ((request.method !== "GET" && request.method !== "HEAD") || (!found && !isNavigation(request.method, path, request.headers.accept))) return next();
    // On a 304 too: its headers replace those that the browser has cached (RFC 9111, section 3.2).
    for (const [name, value] of headers) response.setHeader(name, value);
    response.setHeader("cache-control", path.startsWith(hashedFiles) ? webClientCaching.hashed : webClientCaching.other);
    const readable = page && isReadable(path) ? await readPage(request, response) : null;
    if (!found || readable === "nobody") {
      response.status(404).type("html").send(document);
      return;
    }
    if (readable) {
      response.vary("accept-language");
      response.setHeader("content-language", readable.language);
      const filled = fill(readable);
      response.setHeader("etag", etagOf(filled));
      response.type("html").send(filled);
      return;
    }
    if (path === "/robots.txt") {
      response.type("txt").send(robots);
      return;
    }
    // sirv knows no icons, and no encoding of plain text.
    if (/\.(ico|txt)$/.test(path)) response.type(path.slice(-3));
    serve({ url: page ? "/" : path, method: request.method, headers: request.headers } as IncomingMessage, response, next);
  };
}
