import { createGateway } from "@newfeed/api-gateway/gateway.ts";
import { authService } from "@newfeed/auth-service/service.ts";
import type { Config } from "@newfeed/shared/runtime/config.ts";
import { listen } from "@newfeed/shared/runtime/listen.ts";
import { openPlatform, type Platform } from "@newfeed/shared/runtime/platform.ts";
import { runService, type ServiceDefinition } from "@newfeed/shared/runtime/run.ts";

const services: readonly ServiceDefinition[] = [authService];

/** The whole feed in this process. */
export interface Feed {
  /** Where the gateway answers. */
  url: string;
  platform: Platform;
  close(): Promise<void>;
}

/** Composes every service into one process: the only place that knows them all. Throws `PortTaken`, `FolderInUse`. */
export async function startFeed(config: Config): Promise<Feed> {
  const platform = await openPlatform(config);
  const closers: (() => Promise<void>)[] = [() => platform.close()];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const { upstreams, passports, limiter, logger } = platform;
    const runs = await Promise.all(services.map((service) => runService(service, platform)));
    closers.push(async () => {
      await Promise.all(runs.map((run) => run.close()));
    });
    const gateway = createGateway({
      upstreams,
      passports,
      limiter,
      logger: logger.child({ service: "api-gateway" }),
      allowedOrigins: config.allowedOrigins,
      trustedProxies: config.trustedProxies,
    });
    closers.push(() => gateway.close());
    const door = await listen(gateway, { host: config.host, port: config.port });
    closers.push(() => door.close());
    return { url: `http://${config.host === "127.0.0.1" ? "localhost" : config.host}:${door.port}`, platform, close };
  } catch (error) {
    await close();
    throw error;
  }
}
