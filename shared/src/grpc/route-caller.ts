import type { IncomingHttpHeaders } from "node:http";
import type { ClientHttp2Session } from "node:http2";
import { connect } from "node:net";
import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport, type GrpcTransportOptions, Http2SessionManager } from "@connectrpc/connect-node";
import type { RouteCaller } from "../ports/upstream.ts";
import { RouteFailureSchema, RouteService } from "../proto/newfeed/internal/v1/route_pb.ts";

/** Nothing listens there, or what listened is going: nothing was done. */
const notTaken = new Set(["ECONNREFUSED", "ENOENT", "ENOTFOUND"]);

function wasNotTaken(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && notTaken.has(String(cause.code))) return true;
    if (/REFUSED_STREAM/.test(cause.message)) return true;
  }
  // An older version, which does not know the route.
  return error instanceof ConnectError && error.code === Code.Unimplemented;
}

interface Instance {
  client: Client<typeof RouteService>;
  sessions: Http2SessionManager;
}

/** A connection on which nothing came for this long is asked whether it is still there, and given up if as long again nothing comes. */
const usualPingMs = 5_000;

/**
 * The library stops listening to a connection that it replaces, and one that a call finds between the server's goodbye (GOAWAY) and its end
 * still says, as an error, why it ended: without a listener that would end the process.
 */
function heardToTheEnd(sessions: Http2SessionManager): NonNullable<GrpcTransportOptions["sessionManager"]> {
  const heard = new WeakSet<ClientHttp2Session>();
  return {
    authority: sessions.authority,
    async request(...given) {
      const stream = await sessions.request(...given);
      const session = stream.session as ClientHttp2Session | undefined;
      if (session && !heard.has(session)) heard.add(session.on("error", () => {}));
      return stream;
    },
    notifyResponseByteRead: (stream) => sessions.notifyResponseByteRead(stream),
  };
}

function open(url: string, pingMs: number): Instance {
  const path = url.startsWith("unix:") ? url.slice("unix:".length) : undefined;
  const baseUrl = path ? "http://localhost" : url;
  const pings = { pingIntervalMs: pingMs, pingTimeoutMs: pingMs };
  const sessions = new Http2SessionManager(baseUrl, pings, path ? { createConnection: () => connect(path) } : {});
  return { client: createClient(RouteService, createGrpcTransport({ baseUrl, sessionManager: heardToTheEnd(sessions), acceptCompression: [] })), sessions };
}

/** Calls routes over gRPC at `http://host:port`, in turn where there are several with commas between, or at `unix:/path`. */
export function createRouteCaller(urls: string, { pingMs = usualPingMs }: { pingMs?: number } = {}): RouteCaller {
  const instances = urls.split(",").map((url) => open(url, pingMs));
  let next = 0;
  return {
    async call({ route, params, query, body }, headers: IncomingHttpHeaders, { signal, timeoutMs }) {
      const request = { route, params: { ...params }, query: { ...query }, ...(body !== undefined && { body }) };
      const metadata = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
        typeof value === "string" && name !== "content-type" ? [[name, value]] : [],
      );
      for (let left = instances.length; left > 0; left--) {
        const { client } = instances[next++ % instances.length] as Instance;
        try {
          const { answer } = await client.callRoute(request, { headers: metadata, signal, timeoutMs });
          return { status: 200, propagated: false, text: answer };
        } catch (error) {
          if (wasNotTaken(error)) continue;
          const [failure] = error instanceof ConnectError ? error.findDetails(RouteFailureSchema) : [];
          if (!failure) throw error;
          return { status: failure.status, propagated: failure.propagated, text: failure.problem };
        }
      }
      return null;
    },
    close() {
      for (const { sessions } of instances) sessions.abort();
    },
  };
}
