import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A stranger's web site on the loopback address. */
export interface WebSite {
  url: string;
  /** The page at each path, which may be slow; null answers with an error. */
  pages: Map<string, string | null | Promise<string>>;
  /** What was called, in order: the paths and the headers. */
  calls: { path: string; headers: NodeJS.Dict<string | string[]> }[];
  close(): void;
}

export async function openWebSite(): Promise<WebSite> {
  const pages: WebSite["pages"] = new Map();
  const calls: WebSite["calls"] = [];
  const server = createServer(async ({ url: path = "", headers }, response) => {
    calls.push({ path, headers });
    const page = await pages.get(path);
    if (page === undefined || page === null) response.writeHead(page === null ? 503 : 404).end();
    else response.setHeader("content-type", "text/html; charset=utf-8").end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pages,
    calls,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A page that is answered once `release` is called. */
export function heldPage(html: string): { page: Promise<string>; release(): void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { page: promise, release: () => resolve(html) };
}
