import { asyncApiDocument } from "@newfeed/api-gateway/asyncapi.ts";
import { openApiDocument } from "@newfeed/api-gateway/openapi.ts";
import openapiTypescript, { astToString, type OpenAPI3 } from "openapi-typescript";

type Json = Record<string, unknown>;
interface Message {
  name: string;
  payload: Json;
}

/** What a multiplexed event stream says about its streams. */
const ofMultiplexed = ["hello", "followed", "caught_up", "unfollowed"];

/** What the server says over a socket; what clients say is typed by hand, where it is said. */
function liveSchemas(): Json {
  const { channels, operations, components } = asyncApiDocument({ origin: "http://localhost", directPort: null }) as {
    channels: { socket: { messages: Record<string, Message> }; multiplexedStream: { messages: Record<string, Message> } };
    operations: { emit: { messages: { $ref: string }[] } };
    components: { schemas: Json };
  };
  const spoken = operations.emit.messages.map(({ $ref }) => $ref.split("/").at(-1) as string);
  const messages = { ...channels.multiplexedStream.messages, ...channels.socket.messages };
  return {
    ...components.schemas,
    ...Object.fromEntries([...spoken, "acknowledgement", ...ofMultiplexed].map((name) => [`live_${name}`, messages[name]?.payload])),
  };
}

interface Operation {
  responses: Record<string, Json>;
}
/** A path without its problems: each is a `Problem`, and the client treats all routes' alike. Nor does it read headers. */
const withoutProblems = (path: Record<string, Operation>) =>
  Object.fromEntries(
    Object.entries(path).map(([method, operation]) => {
      const answers = Object.entries(operation.responses).filter(([status]) => Number(status) < 400);
      return [method, { ...operation, responses: Object.fromEntries(answers.map(([status, { headers: _, ...answer }]) => [status, answer])) }];
    }),
  );

/** The types of everything that crosses the wire between a client and NewFeed, as TypeScript without a line that runs. */
export async function contractTypes(): Promise<string> {
  const document = openApiDocument() as unknown as Json & { paths: Record<string, Record<string, Operation>>; components: { schemas: Json } };
  const { schemas } = document.components;
  const merged = {
    ...document,
    paths: Object.fromEntries(Object.entries(document.paths).map(([path, operations]) => [path, withoutProblems(operations)])),
    components: { ...document.components, schemas: { ...liveSchemas(), ...schemas } },
  };
  const types = await openapiTypescript(merged as unknown as OpenAPI3, { alphabetize: true, defaultNonNullable: false });
  return `// Made by \`npm run generate -w client\` from the contracts (openapi.json and asyncapi.json). Not to be changed by hand.\n\n${astToString(types)}`;
}

export const contractTypesFile = new URL("../src/contract.gen.ts", import.meta.url);
