import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { isMediaPath } from "@newfeed/shared/ports/media-store.ts";
import type { Express } from "express";

const headers = {
  "x-content-type-options": "nosniff",
  // A file that is opened on its own is a page that can do nothing.
  "content-security-policy": "default-src 'none'; sandbox",
  "cross-origin-resource-policy": "cross-origin",
};

/** Serves stored files from `directory`, with byte ranges. Their names are the secret, so nobody is asked who they are; a file never changes. */
export function serveFiles(app: Express, directory: string): void {
  app.get("/media/:shard/:file", (request, response, next) => {
    const path = `${request.params.shard}/${request.params.file}`;
    if (!isMediaPath(path)) throw new Problem("not_found");
    response.removeHeader("cache-control");
    response.sendFile(path, { root: directory, maxAge: "1y", immutable: true, headers }, (error?: Error & { status?: number }) => {
      // Once the file is on its way, an error says that the client went away.
      if (!error || response.headersSent || request.destroyed) return;
      for (const name of ["last-modified", "accept-ranges"]) response.removeHeader(name);
      response.setHeader("cache-control", "no-store");
      next(error.status === 404 ? new Problem("not_found") : error.status === 416 ? new Problem("range_not_satisfiable") : error);
    });
  });
}
