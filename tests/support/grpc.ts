import type { DescService } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ProblemSchema } from "@newfeed/shared/proto/newfeed/v1/common_pb.ts";
import type { Feed } from "../../app/feed.ts";
import type { Person } from "./feed.ts";

/** A client of one service over gRPC, as a user or as a visitor. */
export function grpcClient<Service extends DescService>(feed: Pick<Feed, "grpcUrl">, service: Service, as?: Pick<Person, "token">): Client<Service> {
  const transport = createGrpcTransport({
    baseUrl: feed.grpcUrl,
    interceptors: [
      (next) => (request) => {
        if (as) request.header.set("authorization", `Bearer ${as.token}`);
        return next(request);
      },
    ],
  });
  return createClient(service, transport);
}

export interface Refusal {
  /** Of gRPC: `NotFound`. */
  grpc: string;
  /** Ours: `not_found`. */
  code: string | undefined;
  message: string;
  errors: { field: string; message: string }[];
}

/** How a call is refused. Throws if it is answered, or fails in another way. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    (answer) => new Error(`it was answered: ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectError)) throw error;
  const [problem] = error.findDetails(ProblemSchema);
  return {
    grpc: Code[error.code],
    code: problem?.code,
    message: error.rawMessage,
    errors: (problem?.errors ?? []).map(({ field, message }) => ({ field, message })),
  };
}
