import { connect } from "node:net";
import type { DescService } from "@bufbuild/protobuf";
import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import type { ServiceName } from "@newfeed/shared/contracts/services.ts";
import type { Claims } from "@newfeed/shared/http/internal-tokens.ts";
import type { Feed } from "../../app/feed.ts";

/** Where a service of this process takes gRPC, as `unix:/path`. Throws where it does not. */
export function grpcSocketOf({ platform }: Pick<Feed, "platform">, name: ServiceName): `unix:${string}` {
  const at = platform.listenGrpcAt(name);
  if (typeof at !== "string") throw new Error(`${name} takes no gRPC`);
  return at;
}

/** A client of a service's own port, with an internal token for `audience` that has these claims. */
export function serviceGrpcClient<Service extends DescService>(
  feed: Pick<Feed, "platform">,
  name: ServiceName,
  service: Service,
  claims?: Claims,
  audience = name,
): Client<Service> {
  const path = grpcSocketOf(feed, name).slice("unix:".length);
  const sessionManager = new Http2SessionManager("http://localhost", {}, { createConnection: () => connect(path) });
  const transport = createGrpcTransport({
    baseUrl: "http://localhost",
    sessionManager,
    interceptors: [
      (next) => (request) => {
        if (claims) request.header.set("x-service-token", feed.platform.internalTokens.mint(audience, claims));
        return next(request);
      },
    ],
  });
  return createClient(service, transport);
}
