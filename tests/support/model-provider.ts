import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a stand-in for a model's provider was asked. */
export interface AskedModel {
  authorization: string | undefined;
  path: string | undefined;
  model: string;
  messages: { role: string; content: string }[];
}

/** An answer by OpenAI's API of chat completions. */
export const completionOf = (content: string | null): string =>
  JSON.stringify({ id: "1", object: "chat.completion", choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }] });

/** A stand-in for a model's provider, in this process, which answers as a test says. */
export interface ModelProvider {
  /** For `AI_BASE_URL`. */
  url: string;
  asked: AskedModel[];
  answer: (response: ServerResponse, asked: AskedModel) => void;
  /** It says this from now on. */
  says(content: string | null): void;
  close(): void;
}

export async function startModelProvider(): Promise<ModelProvider> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const asked: AskedModel = { authorization: request.headers.authorization, path: request.url, ...JSON.parse(body) };
    provider.asked.push(asked);
    provider.answer(response, asked);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const provider: ModelProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked: [],
    answer: () => {},
    says(content) {
      provider.answer = (response) => response.writeHead(200, { "content-type": "application/json" }).end(completionOf(content));
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  provider.says("A model says this.");
  return provider;
}
