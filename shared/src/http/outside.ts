import { lookup as systemLookup } from "node:dns/promises";
import { isIP, isIPv6 } from "node:net";
import { Agent, type Dispatcher, request } from "undici";
import { isPublicAddress } from "./public-addresses.ts";

/** Why there is no answer. `address`: it leads to what is not public, or to another port. */
export type OutsideFailure = "url" | "address" | "unreachable" | "redirects" | "status" | "type" | "size" | "time" | "aborted";

/** A stranger's URL gave no answer that may be used. The message is for logs. */
class OutsideError extends Error {
  readonly reason: OutsideFailure;
  constructor(reason: OutsideFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export interface OutsideBounds {
  /** Media types that are read, in lower case: `text/html`. */
  types: readonly string[];
  longestBytes: number;
  /** Whether what is longer is cut there. Otherwise it is refused. */
  cut: boolean;
  /** Of the whole call, with its redirects. */
  longestMs: number;
  /** Ends the call before. */
  signal?: AbortSignal | undefined;
}

export interface OutsideAnswer {
  /** After redirects. */
  url: URL;
  type: string;
  /** The header, with its parameters. */
  contentType: string;
  body: Buffer;
}

/**
 * Reads what stands at a stranger's URL. Throws `OutsideError`. Nothing but public addresses is connected to, whatever
 * the URL, its name, a redirect or a changing resolver says; nothing of ours is sent but the User-Agent.
 */
export type FetchOutside = (url: string, bounds: OutsideBounds) => Promise<OutsideAnswer>;

/** What a stranger is sent. */
export interface OutsidePost {
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
  /** Of the whole call. */
  longestMs: number;
  /** How much of the answer's body is read. The rest is dropped. */
  longestBytes: number;
  /** Ends the call before. */
  signal?: AbortSignal | undefined;
}

export interface OutsideReply {
  status: number;
  /** When its sender asks to be called again, in seconds from now; null where it does not say. */
  retryAfterSeconds: number | null;
  body: Buffer;
}

/**
 * Sends something to a stranger's URL. Gives the answer, whatever its status; a redirect is an answer, and is not followed.
 * Throws `OutsideError`. Connects to no other addresses than `FetchOutside` does.
 */
export type PostOutside = (url: string, post: OutsidePost) => Promise<OutsideReply>;

export interface Outside {
  fetch: FetchOutside;
  post: PostOutside;
}

/** All addresses of a name. */
export type Lookup = (name: string) => Promise<readonly string[]>;

export interface OutsideOptions {
  /** Names us, and says where we are: `NewFeed/1.0 (+https://feed.example.com)`. */
  userAgent: string;
  lookup?: Lookup;
  /** Whether a connection may be made there. Tests let themselves in. */
  mayConnect?: (address: string, port: number) => boolean;
}

const mostRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

const resolve: Lookup = async (name) => (await systemLookup(name, { all: true })).map(({ address }) => address);
const isPublic = (address: string, port: number) => (port === 80 || port === 443) && isPublicAddress(address);

function parse(text: string, base?: string): URL {
  if (!URL.canParse(text, base)) throw new OutsideError("url", "it is no URL");
  const url = new URL(text, base);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new OutsideError("url", `its scheme is ${url.protocol}`);
  if (url.username || url.password) throw new OutsideError("url", "it has a user or password");
  return url;
}

/** Connects to these addresses, whatever the name means by now. The name stays what TLS asks for. */
const agentFor = (addresses: readonly string[]) =>
  new Agent({
    pipelining: 0,
    connections: 1,
    connect: {
      lookup: (_name, options, answer) => {
        const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
        const [first] = found;
        if (!first) answer(new Error("no address"), "");
        else if (options.all) answer(null, found);
        else answer(null, first.address, first.family);
      },
    },
  });

async function read(body: AsyncIterable<Buffer>, { longestBytes, cut }: Pick<OutsideBounds, "longestBytes" | "cut">): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > longestBytes && !cut) throw new OutsideError("size", `it has more than ${longestBytes} bytes`);
    if (length >= longestBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, longestBytes);
}

/** The beginning of an answer that is of no type that it has to have. */
async function beginningOf(body: AsyncIterable<Buffer>, longestBytes: number): Promise<Buffer> {
  if (longestBytes === 0) return Buffer.alloc(0);
  return read(body, { longestBytes, cut: true });
}

const single = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value) ?? "";

/** The one way by which the server itself may call what users name (docs/decisions/0101-calls-to-strangers.md). */
export function createOutside({ userAgent, lookup = resolve, mayConnect = isPublic }: OutsideOptions): Outside {
  /** Each address of the URL's host, all of them allowed. */
  async function addressesOf(url: URL, signal: AbortSignal): Promise<readonly string[]> {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
    const addresses = isIP(host) ? [host] : await unless(signal, lookup(host));
    if (addresses.length === 0) throw new OutsideError("unreachable", `${host} has no address`);
    for (const address of addresses) if (!mayConnect(address, port)) throw new OutsideError("address", `${host} is ${address}, port ${port}`);
    return addresses;
  }

  /** One step: an answer, or where a redirect leads. */
  async function step(url: URL, bounds: OutsideBounds, signal: AbortSignal): Promise<OutsideAnswer | URL> {
    const agent = agentFor(await addressesOf(url, signal));
    try {
      // Uncompressed: nothing small becomes large here.
      const headers = { "user-agent": userAgent, accept: bounds.types.join(", "), "accept-encoding": "identity" };
      const answer: Dispatcher.ResponseData = await request(url, { dispatcher: agent, headers, signal });
      answer.body.on("error", () => {});
      const { statusCode } = answer;
      const location = single(answer.headers.location);
      if (redirects.has(statusCode) && location !== "") return parse(location, url.href);
      if (statusCode !== 200) throw new OutsideError("status", `it was answered with ${statusCode}`);
      const contentType = single(answer.headers["content-type"]);
      const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
      const encoding = single(answer.headers["content-encoding"]).toLowerCase();
      if (!bounds.types.includes(type) || (encoding !== "" && encoding !== "identity")) throw new OutsideError("type", `it is ${contentType} ${encoding}`);
      return { url, type, contentType, body: await read(answer.body, bounds) };
    } finally {
      await agent.destroy();
    }
  }

  async function send(url: URL, { headers, body, longestBytes }: OutsidePost, signal: AbortSignal): Promise<OutsideReply> {
    const agent = agentFor(await addressesOf(url, signal));
    try {
      const all = { ...headers, "user-agent": userAgent, "accept-encoding": "identity" };
      const answer = await request(url, { method: "POST", dispatcher: agent, headers: all, body, signal });
      answer.body.on("error", () => {});
      const retryAfter = single(answer.headers["retry-after"]);
      return {
        status: answer.statusCode,
        retryAfterSeconds: /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : null,
        body: await beginningOf(answer.body, longestBytes),
      };
    } finally {
      await agent.destroy();
    }
  }

  return {
    fetch: (text, bounds) =>
      within(bounds, async (signal) => {
        let url = parse(text);
        for (let followed = 0; followed <= mostRedirects; followed++) {
          const found = await step(url, bounds, signal);
          if (!(found instanceof URL)) return found;
          url = found;
        }
        throw new OutsideError("redirects", `it redirects more than ${mostRedirects} times`);
      }),
    post: (text, post) => within(post, (signal) => send(parse(text), post, signal)),
  };
}

/** A call that ends after its time. Throws `OutsideError` alone. */
async function within<T>({ longestMs, signal: aborted }: Pick<OutsideBounds, "longestMs" | "signal">, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.any([AbortSignal.timeout(longestMs), ...(aborted ? [aborted] : [])]);
  try {
    return await call(signal);
  } catch (error) {
    if (error instanceof OutsideError) throw error;
    if (aborted?.aborted) throw new OutsideError("aborted", "its caller ended it", { cause: error });
    if (signal.aborted) throw new OutsideError("time", `it took more than ${longestMs} ms`, { cause: error });
    throw new OutsideError("unreachable", "it cannot be reached", { cause: error });
  }
}

/** A resolver cannot be interrupted; it is not waited for. */
function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
