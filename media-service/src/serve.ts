import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { isMediaPath } from "@newfeed/shared/ports/media-store.ts";
import type { Express } from "express";
import type { Store } from "./store.ts";

const headers = {
  "x-content-type-options": "nosniff",
  // A file that is opened on its own is a page that can do nothing.
  "content-security-policy": "default-src 'none'; sandbox",
  "cross-origin-resource-policy": "cross-origin",
};

/**
 * A file never changes under its name, but it may go, or become one for fewer eyes, so nothing keeps it for long without
 * asking again. Shared caches hold only what everybody may see, for a minute (and while this service is down, ten more).
 */
const caching = {
  public: "public, max-age=300, s-maxage=60, stale-if-error=600",
  private: "private, max-age=60, must-revalidate",
};

/** Serves stored files from `directory`, with byte ranges. Their names are the secret, so nobody is asked who they are. */
export function serveFiles(app: Express, store: Pick<Store, "isPublic">, directory: string): void {
  app.get("/media/:shard/:file", async (request, response, next) => {
    const path = `${request.params.shard}/${request.params.file}`;
    const isPublic = isMediaPath(path) ? await store.isPublic(path) : undefined;
    if (isPublic === undefined) throw new Problem("not_found");
    const cacheControl = { "cache-control": isPublic ? caching.public : caching.private };
    response.sendFile(path, { root: directory, cacheControl: false, headers: { ...headers, ...cacheControl } }, (error?: Error & { status?: number }) => {
      // Once the file is on its way, an error says that the client went away.
      if (!error || response.headersSent || request.destroyed) return;
      for (const name of ["last-modified", "accept-ranges"]) response.removeHeader(name);
      response.setHeader("cache-control", "no-store");
      next(error.status === 404 ? new Problem("not_found") : error.status === 416 ? new Problem("range_not_satisfiable") : error);
    });
  });
}
