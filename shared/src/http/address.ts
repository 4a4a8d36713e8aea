import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";
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

/** `::ffff:192.0.2.1`: an IPv4 address, as a socket for both versions reports it. */
const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The first four groups of an IPv6 address, without leading zeros. */
function prefixOf(address: string): string[] {
  const [head = "", tail] = address.replace(/%.*$/, "").split("::");
  const [front, back] = [head, tail ?? ""].map((part) => (part === "" ? [] : part.split(":")));
  const groups = tail === undefined ? (front ?? []) : [...(front ?? []), ...Array(8 - (front?.length ?? 0) - (back?.length ?? 0)).fill("0"), ...(back ?? [])];
  return groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
}

/**
 * What is counted as one client by address: an IPv4 address, or the /64 network of an IPv6 address, which a household or a
 * single server has for itself (RFC 6177, section 2). Other text, of a proxy that reports none, stands for itself.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const v4 = mapped.exec(address)?.[1];
  if (v4) return v4;
  return isIPv6(address) ? `${prefixOf(address).join(":")}::/64` : address;
}
