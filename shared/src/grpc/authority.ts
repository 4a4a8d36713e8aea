import type { IncomingMessage } from "node:http";

/**
 * Replaces a host that no address can be made of, as the library does, and throws: a client of a Unix socket may name that one, and anybody
 * may name anything. Nothing else reads it.
 */
export function repairAuthority({ headers, httpVersionMajor }: Pick<IncomingMessage, "headers" | "httpVersionMajor">): void {
  const name = httpVersionMajor === 2 ? ":authority" : "host";
  const given = headers[name] ?? headers.host;
  if (typeof given !== "string" || !URL.canParse(`http://${given}`)) headers[name] = "localhost";
}
