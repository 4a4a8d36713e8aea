import { isIPv6 } from "node:net";

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
