import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asPostId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import { describe, expect, test } from "vitest";
import { createServiceClients } from "./service-clients.ts";

/** Stand-ins for services in a state that a running feed cannot be brought to on purpose. */
const unreachable: ServiceClient = async () => {
  throw new Problem("service_unavailable");
};
const hanging: ServiceClient = (_route, _input, { signal } = {}) =>
  new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true }));

const postId = asPostId("0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e");
const silent: Logger = { error() {}, warn() {}, info() {}, http() {}, debug() {}, child: () => silent };
const among = (client: ServiceClient) => createServiceClients({ callService: client, query: async () => [], logger: silent });

describe("while another service is away, or hangs", () => {
  test.each([
    ["away", unreachable],
    ["hanging", hanging],
  ])("%s: a comment is accepted without its mentions, and an edit keeps those there were", async (_, client) => {
    expect(await among(client).mentionedIn("hello @alice", asUserId("the author"))).toEqual([]);
    expect(await among(client).mentionedIn("hello @alice!", asUserId("the author"), [asUserId("alice")])).toEqual(["alice"]);
  });

  test.each([
    ["away", unreachable],
    ["hanging", hanging],
  ])("%s: a list comes without its stream's position, after 50 ms at the latest", async (_, client) => {
    const started = performance.now();
    expect(await among(client).streamCursor(postId)).toBeNull();
    expect(performance.now() - started).toBeLessThan(500);
  });

  test("what a viewer may see is not guessed", async () => {
    await expect(among(unreachable).visiblePost(null, postId)).rejects.toMatchObject({ code: "service_unavailable" });
  });
});

test("a text that mentions nobody asks nobody", async () => {
  let asked = 0;
  const counting: ServiceClient = async () => {
    asked++;
    throw new Problem("service_unavailable");
  };
  await among(counting).mentionedIn("write to alice@example.com", asUserId("the author"));
  expect(asked).toBe(0);
});
