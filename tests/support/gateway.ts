import { createGateway } from "@newfeed/api-gateway/gateway.ts";
import type { WebClientOptions } from "@newfeed/api-gateway/web-client.ts";
import type { ServiceName } from "@newfeed/shared/contracts/services.ts";
import type { Limiter } from "@newfeed/shared/ports/limiter.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Upstream } from "@newfeed/shared/ports/upstream.ts";
import { listen } from "@newfeed/shared/runtime/listen.ts";
import { type Callers, callersOf, type TestFeed } from "./feed.ts";

export interface OtherGateway extends Pick<Callers, "call"> {
  url: string;
  close(): Promise<void>;
}

/** Another gateway in front of a feed's services, with some upstreams or the limiter replaced, or behind proxies. */
export async function openGateway(
  { platform }: TestFeed,
  {
    upstreams,
    limiter,
    logger,
    trustedProxies = [],
    web = null,
  }: { web?: WebClientOptions | null; upstreams?: Partial<Record<ServiceName, Upstream>>; limiter?: Limiter; logger?: Logger; trustedProxies?: string[] },
): Promise<OtherGateway> {
  const gateway = createGateway({
    upstreams: { ...platform.upstreams, ...upstreams },
    openStreams: () => platform.openStreams("notification-service"),
    internalTokens: platform.internalTokens,
    limiter: limiter ?? platform.limiter,
    logger: logger ?? platform.logger,
    allowedOrigins: [],
    trustedProxies,
    checks: {},
    metrics: platform.metrics,
    web,
    metricsToken: null,
    directPort: null,
  });
  const listener = await listen(gateway, { host: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.port}`;
  return {
    url,
    call: callersOf(url).call,
    async close() {
      await listener.close({ graceMs: 0 });
      await gateway.close();
    },
  };
}
