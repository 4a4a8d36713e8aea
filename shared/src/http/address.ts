import type { IncomingMessage } from "node:http";
import { cleanLine } from "../contracts/text.ts";
import { networkOf } from "../ports/network.ts";
import type { Presenter } from "../ports/tokens.ts";
import { bareApp } from "./app.ts";

const cached = 1_000;

/** The address of a request's client. */
export type AddressOf = (request: IncomingMessage) => string;

/**
 * The client's address: the nearest one that is no trusted proxy. The same as Express' `request.ip` (`trust proxy`), for
 * requests that Express does not see; whether an address is trusted is cached, since comparing it with subnets takes
 * longer than the rest.
 */
export function createAddressOf(trustedProxies: readonly string[]): AddressOf {
  const app = bareApp();
  app.set("trust proxy", trustedProxies.length > 0 ? trustedProxies : false);
  const isTrusted = app.get("trust proxy fn") as (address: string, hop: number) => boolean;
  const known = new Map<string, boolean>();
  const trusts = (address: string) => {
    let trusted = known.get(address);
    if (trusted === undefined) {
      trusted = isTrusted(address, 0);
      if (known.size >= cached) known.delete(known.keys().next().value as string);
      known.set(address, trusted);
    }
    return trusted;
  };
  return ({ socket, headers }) => {
    let address = socket.remoteAddress ?? "";
    if (!trusts(address)) return address;
    const forwarded = headers["x-forwarded-for"];
    const hops = (Array.isArray(forwarded) ? forwarded.join(",") : (forwarded ?? "")).split(",").map((hop) => hop.trim());
    for (const hop of hops.reverse()) {
      if (hop === "") continue;
      address = hop;
      if (!trusts(hop)) break;
    }
    return address;
  };
}

/** The client that presents a token with a request. */
export function presenterOf(request: IncomingMessage, addressOf: AddressOf): Presenter {
  // Proxies may report any text.
  const address = cleanLine(addressOf(request)).slice(0, 100);
  return { network: networkOf(address), address, userAgent: cleanLine(request.headers["user-agent"] ?? "").slice(0, 200) };
}
