import type { DescService } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { Health, HealthCheckResponse_ServingStatus as Status } from "../proto/grpc/health/v1/health_pb.ts";

/** gRPC's health checking protocol: what `/health/ready` says, for the whole gateway and for each service. `Watch` is not served. */
export function serveHealth(router: ConnectRouter, services: readonly DescService[], isReady: () => Promise<boolean>): void {
  const known = new Set(["", ...services.map(({ typeName }) => typeName)]);
  router.rpc(Health.method.check, async ({ service }) => {
    if (!known.has(service)) throw new ConnectError("There is no such service.", Code.NotFound);
    return { status: (await isReady()) ? Status.SERVING : Status.NOT_SERVING };
  });
}
