import { pipeline } from "node:stream/promises";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { isModerator, type Viewer } from "@newfeed/shared/ports/call.ts";
import { isMediaPath, type MediaStore } from "@newfeed/shared/ports/media-store.ts";
import type { Express, Request, Response } from "express";
import type { FoundFile, Store } from "./store.ts";

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
  held: "private, no-store",
};

/** nginx, which asks us often and cheaply, keeps what is public for a second: it cannot be told that a file is gone. */
const cachingHeaders = (cacheControl: string) => ({ "cache-control": cacheControl, ...(cacheControl === caching.public && { "x-accel-expires": "1" }) });

/** Who asks for a file, as the gateway knows them. */
export type ReaderOf = (request: Request) => Pick<Viewer, "userId" | "roles" | "scopes"> | null;

/** Of a file that others do not get: whether who asks does. Moderators do, who decide about it; API tokens do not moderate. */
function mayReadHeld(reader: ReturnType<ReaderOf>, { ownerId, isSuspended }: FoundFile): boolean {
  if (!reader || reader.scopes) return false;
  return isModerator(reader) || (reader.userId === ownerId && !isSuspended);
}

/** Sends a file of the folder, with byte ranges. Gives false when it is not there; throws `range_not_satisfiable`. */
function sendFromFolder(root: string, path: string, cacheControl: string, request: Request, response: Response): Promise<boolean> {
  return new Promise((resolve, reject) => {
    response.sendFile(path, { root, cacheControl: false, headers: { ...headers, ...cachingHeaders(cacheControl) } }, (error?: Error & { status?: number }) => {
      // Once the file is on its way, an error says that the client went away.
      if (!error || response.headersSent || request.destroyed) return resolve(true);
      for (const name of ["last-modified", "accept-ranges", "content-disposition"]) response.removeHeader(name);
      response.setHeader("cache-control", "no-store");
      if (error.status === 404) resolve(false);
      else reject(error.status === 416 ? new Problem("range_not_satisfiable") : error);
    });
  });
}

/** The same of a file that stands elsewhere: what was asked of it is passed through, or the client is sent to where it is. */
async function sendFromElsewhere(
  { open, addressOf }: NonNullable<MediaStore["elsewhere"]>,
  path: string,
  cacheControl: string,
  request: Request,
  response: Response,
): Promise<void> {
  const disposition = response.get("content-disposition");
  const address = await addressOf(path, disposition);
  if (address !== null) {
    response.removeHeader("content-disposition");
    response
      .status(307)
      .set({ location: address, ...cachingHeaders(cacheControl) })
      .end();
    return;
  }
  const { range, "if-modified-since": ifModifiedSince, "if-none-match": ifNoneMatch } = request.headers;
  const found = await open(path, { range, ifModifiedSince, ifNoneMatch });
  if (!found) throw new Problem("not_found");
  if (found.status === 416) throw new Problem("range_not_satisfiable");
  response.status(found.status).set({ ...headers, ...cachingHeaders(cacheControl) });
  if (found.status === 304) return void response.end();
  response.set(found.headers);
  if (request.method === "HEAD") {
    found.body.destroy();
    return void response.end();
  }
  try {
    await pipeline(found.body, response);
  } catch (error) {
    // A client that went away, or has half of the file: there is nobody left to tell.
    if (!request.destroyed) response.destroy(error as Error);
  }
}

/** Serves stored files. Their names are the secret, so nobody is asked who they are, but for what moderators hold back. */
export function serveFiles(
  app: Express,
  store: Pick<Store, "fileAt">,
  { directory, elsewhere }: Pick<MediaStore, "directory" | "elsewhere">,
  readerOf: ReaderOf,
): void {
  if (directory === null) return;
  app.get("/media/:shard/:file", async (request, response) => {
    const path = `${request.params.shard}/${request.params.file}`;
    const file = isMediaPath(path) ? await store.fileAt(path) : undefined;
    const isHeld = file !== undefined && (file.isHeld || file.isSuspended);
    if (!file || (isHeld && !mayReadHeld(readerOf(request), file))) throw new Problem("not_found");
    // What a document can do, it does nowhere under an address of ours: it is saved, not opened.
    const asDownload = () => {
      if (file.name !== null) response.attachment(file.name);
    };
    asDownload();
    const cacheControl = isHeld ? caching.held : file.isPublic ? caching.public : caching.private;
    // What is being moved is gone here only when it is there.
    if (await sendFromFolder(directory, path, cacheControl, request, response)) return;
    if (!elsewhere) throw new Problem("not_found");
    asDownload();
    await sendFromElsewhere(elsewhere, path, cacheControl, request, response);
  });
}
