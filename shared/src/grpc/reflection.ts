import { type DescFile, type DescService, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import type { Logger } from "../ports/logger.ts";
import { ServerReflection, type ServerReflectionRequest } from "../proto/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as ServerReflectionAlpha } from "../proto/grpc/reflection/v1alpha/reflection_pb.ts";
import { type Exchange, exchangeOf, failureOf } from "./exchange.ts";

/** Questions of one call, which costs a point. */
const questions = 200;

function withDependencies(file: DescFile, found = new Set<DescFile>()): Set<DescFile> {
  if (!found.has(file)) {
    found.add(file);
    for (const dependency of file.dependencies) withDependencies(dependency, found);
  }
  return found;
}

/** The answers to questions about these services. */
function createAnswers(services: readonly DescService[]) {
  const files = new Map<string, DescFile>();
  const symbols = new Map<string, DescFile>();
  for (const file of services.flatMap(({ file }) => [...withDependencies(file)])) {
    // The names of files in descriptors have no ending.
    files.set(file.proto.name, file);
    for (const { typeName } of [...file.services, ...file.messages, ...file.enums]) symbols.set(typeName, file);
  }
  /** Of a service or a message, or of something in one. */
  const fileOf = (symbol: string): DescFile | undefined =>
    symbols.get(symbol) ?? (symbol.includes(".") ? fileOf(symbol.slice(0, symbol.lastIndexOf("."))) : undefined);
  const unknown = { case: "errorResponse", value: { errorCode: Code.NotFound, errorMessage: "There is no such thing." } } as const;
  const described = (file: DescFile | undefined) =>
    file
      ? ({
          case: "fileDescriptorResponse",
          value: { fileDescriptorProto: [...withDependencies(file)].map(({ proto }) => toBinary(FileDescriptorProtoSchema, proto)) },
        } as const)
      : unknown;
  return ({ messageRequest: asked }: ServerReflectionRequest) => {
    if (asked.case === "listServices")
      return { case: "listServicesResponse", value: { service: services.map(({ typeName }) => ({ name: typeName })) } } as const;
    if (asked.case === "fileByFilename") return described(files.get(asked.value));
    if (asked.case === "fileContainingSymbol") return described(fileOf(asked.value));
    return unknown;
  };
}

/** gRPC's reflection, by which clients learn of the services without the `.proto` files. */
export function serveReflection(
  router: ConnectRouter,
  services: readonly DescService[],
  { admit, logger }: { admit: (exchange: Exchange) => Promise<unknown>; logger: Logger },
): void {
  const answerTo = createAnswers(services);
  async function* serverReflectionInfo(asked: AsyncIterable<ServerReflectionRequest>, context: HandlerContext) {
    try {
      await admit(exchangeOf(context));
    } catch (error) {
      throw failureOf(error, context, logger);
    }
    let left = questions;
    for await (const originalRequest of asked) {
      if (left-- === 0) return;
      yield { originalRequest, messageResponse: answerTo(originalRequest) };
    }
  }
  // Older clients know it by its earlier name.
  for (const version of [ServerReflection, ServerReflectionAlpha]) router.service(version, { serverReflectionInfo });
}
