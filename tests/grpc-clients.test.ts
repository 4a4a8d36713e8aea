import { execFile, spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../scripts/browser.ts";
import { unavailable } from "./support/available.ts";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { goProgram, hasGoProgram } from "./support/go-program.ts";
import { twoHalves } from "./support/pictures.ts";
import { grpcSocketOf } from "./support/service-grpc.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);

let feed: TestFeed;
beforeAll(async () => {
  // So that its services listen, too.
  feed = await startTestFeed({ INTERNAL_TRANSPORT: "grpc" });
});
afterAll(() => feed.close());

describe("buf curl, which learns the methods by reflection", () => {
  const buf = join(root, "node_modules/.bin/buf");
  const curl = (...args: string[]) => run(buf, ["curl", "--http2-prior-knowledge", "--protocol", "grpc", ...args], { cwd: feed.directory, timeout: 60_000 });

  test("lists the services", async () => {
    const { stdout } = await curl("--list-services", feed.grpcUrl);
    expect(stdout).toContain("newfeed.v1.PostService");
    expect(stdout).toContain("grpc.health.v1.Health");
  }, 90_000);

  test.each(["grpc", "grpcweb", "connect"])(
    "calls over %s, and is refused with our code",
    async (protocol) => {
      const alice = await feed.person("alice");
      const post = ["--protocol", protocol, "-H", `authorization: Bearer ${alice.token}`, "-d"];
      const { stdout } = await curl(...post, '{"content": "by curl", "postType": "TEXT"}', `${feed.grpcUrl}/newfeed.v1.PostService/CreatePost`);
      expect(JSON.parse(stdout)).toMatchObject({ content: "by curl", author: { username: alice.username } });
      const refused = await curl(...post, "{}", `${feed.grpcUrl}/newfeed.v1.PostService/CreatePost`).catch(({ stderr }: { stderr: string }) =>
        JSON.parse(stderr),
      );
      expect(refused).toMatchObject({ code: "invalid_argument", details: [{ type: "newfeed.v1.Problem" }] });
    },
    120_000,
  );
});

/** What a service's own port asks for: a token as another service or the gateway mints it. */
const internalToken = ({ id }: Person) =>
  feed.platform.internalTokens.mint("post-service", { sub: id as UserId, sid: "01890000-0000-7000-8000-000000000000" as SessionId, roles: ["user"] });

describe("grpcurl, which learns the methods by reflection", () => {
  test("calls the gateway and a service's own port, and is refused with our code", { timeout: 300_000 }, async ({ skip }) => {
    if (!hasGoProgram("grpcurl")) return skip("CLIENTS=full builds it with Go");
    const grpcurl = (...args: string[]) => run(goProgram("grpcurl"), ["-plaintext", "-max-time", "30", ...args], { cwd: feed.directory, timeout: 60_000 });
    const alice = await feed.person("alice");
    const gateway = [new URL(feed.grpcUrl).host];
    const service = [grpcSocketOf(feed, "post-service")];
    for (const [at, header, others] of [
      [gateway, `authorization: Bearer ${alice.token}`, ["newfeed.v1.LiveService"]],
      [service, `x-service-token: ${internalToken(alice)}`, ["newfeed.internal.v1.RouteService"]],
    ] as const) {
      const [target = "", ...flags] = at.toReversed();
      const call = (...args: string[]) => grpcurl(...flags, ...args);
      expect((await call(target, "list")).stdout.split("\n")).toEqual(expect.arrayContaining(["grpc.health.v1.Health", "newfeed.v1.PostService", ...others]));
      expect((await call(target, "describe", "newfeed.v1.CreatePostRequest")).stdout).toContain("string content = 1;");
      expect(JSON.parse((await call(target, "grpc.health.v1.Health/Check")).stdout)).toEqual({ status: "SERVING" });
      const create = ["-H", header, "-d", '{"content": "by grpcurl", "postType": "TEXT"}', target, "newfeed.v1.PostService/CreatePost"];
      const created = JSON.parse((await call(...create)).stdout);
      expect((await alice.get(`/api/v1/posts/${created.id}`)).body).toMatchObject({ content: "by grpcurl", author: { id: alice.id } });
      const refused = call("-format-error", "-H", header, "-d", "{}", target, "newfeed.v1.PostService/CreatePost");
      await expect(refused).rejects.toMatchObject({ stderr: expect.stringMatching(/"code":\s*3,[\s\S]*validation_failed/) });
      await expect(call("-d", "{}", target, "newfeed.v1.PostService/GetFeed")).rejects.toMatchObject({
        stderr: expect.stringContaining("Code: Unauthenticated"),
      });
    }
  });
});

describe("grpcio of Python", () => {
  const python = join(root, "node_modules/.cache/newfeed/other-clients/python/bin/python");
  const hasGrpc = existsSync(python) && spawnSync(python, ["-c", "import grpc, grpc_reflection, grpc_health"]).status === 0;

  test("calls, is refused, follows, uploads and runs out of time", { timeout: 120_000 }, async ({ skip }) => {
    if (!hasGrpc) return skip("npm run test:clients installs it");
    const alice = await feed.person("alice");
    const postId = await createPost(alice);
    const picture = join(feed.directory, "picture.png");
    writeFileSync(picture, await twoHalves(60, 40).png().toBuffer());
    const program = fileURLToPath(new URL("support/other-clients/grpc_client.py", import.meta.url));
    const own = ["own-port", grpcSocketOf(feed, "post-service"), internalToken(alice), postId];
    const { stdout: atService } = await run(python, [program, ...own], { timeout: 60_000 });
    const linesOf = (text: string): [kind: string, data: unknown][] =>
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    expect(linesOf(atService)).toMatchObject([
      ["services", expect.arrayContaining(["newfeed.internal.v1.RouteService", "newfeed.v1.PostService"])],
      ["health", 1],
      ["post", { id: postId, author: { username: alice.username } }],
      // Without a token, nobody calls there.
      ["refused", ["UNAUTHENTICATED", "Sign in first."]],
    ]);
    const { stdout } = await run(python, [program, "gateway", new URL(feed.grpcUrl).host, alice.token, postId, picture], { timeout: 100_000 });
    expect(linesOf(stdout)).toMatchObject([
      ["services", expect.arrayContaining(["newfeed.v1.LiveService", "newfeed.v1.PostService"])],
      ["health", 1],
      ["post", { id: postId, author: { username: alice.username } }],
      ["refused", ["NOT_FOUND", "There is no such thing."]],
      ["event", "hello"],
      ["event", "comment_added"],
      ["comment", { content: "from Python", postId }],
      ["media", { kind: "image", width: 60, height: 40 }],
      ["late", "DEADLINE_EXCEEDED"],
    ]);
  });
});

describe("Connect in a browser", () => {
  const page = `
    import { createClient } from "@connectrpc/connect";
    import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
    import { LiveService } from "${root}shared/src/proto/newfeed/v1/live_pb.ts";
    import { PostService } from "${root}shared/src/proto/newfeed/v1/post_pb.ts";
    const credentials = (input, init) => fetch(input, { ...init, credentials: "include" });
    export const open = (baseUrl, web) => {
      const transport = (web ? createGrpcWebTransport : createConnectTransport)({ baseUrl, fetch: credentials });
      return { posts: createClient(PostService, transport), live: createClient(LiveService, transport) };
    };
  `;

  test.each([
    ["the gateway's own port", "Connect", false],
    ["the port of gRPC", "Connect", false],
    ["the port of gRPC", "gRPC-Web", true],
  ])(
    "with a session's cookie, at %s, over %s, writes, follows and is refused",
    async (where, _protocol, web) => {
      const browser = await openBrowser();
      if (!browser) return unavailable("Chromium");
      try {
        const input = join(feed.directory, "page.js");
        writeFileSync(input, page);
        const resolved = ["connect", "connect-web"].map((name) => ({
          find: new RegExp(`^@connectrpc/${name}$`),
          replacement: `${root}node_modules/@connectrpc/${name}/dist/esm/index.js`,
        }));
        const built = await build({
          configFile: false,
          logLevel: "error",
          resolve: { alias: resolved },
          build: { write: false, target: "es2022", rolldownOptions: { input, preserveEntrySignatures: "strict", output: { entryFileNames: "page.js" } } },
        });
        const code = [built]
          .flat()
          .flatMap((one) => ("output" in one ? one.output : []))
          .flatMap((chunk) => (chunk.type === "chunk" ? [chunk.code] : []))[0];
        const alice = await feed.person("alice");
        // A page of the feed itself: what a test makes up may not call this machine.
        const context = await browser.newContext({ bypassCSP: true });
        await context.route(`${feed.url}/a-page/page.js`, (route) => route.fulfill({ contentType: "text/javascript", body: code ?? "" }));
        const tab = await context.newPage();
        await tab.goto(`${feed.url}/health`);
        const answers = await tab.evaluate(
          async ({ login, baseUrl, web }) => {
            await fetch("/api/auth/login", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(login) });
            const { open } = await import(`/a-page/page.js${""}`);
            const { posts, live } = open(baseUrl, web);
            const post = await posts.createPost({ content: "from a page", postType: "TEXT" });
            const kinds: string[] = [];
            for await (const { event } of live.followPost({ postId: post.id })) {
              kinds.push(event.case);
              if (event.case === "hello") await posts.createComment({ postId: post.id, content: "live" });
              if (event.case === "commentAdded") break;
            }
            const refused = await posts.createPost({ content: "x", postType: "SONG" }).catch((error: { code: number; details: { type: string }[] }) => error);
            return { author: post.author.username, kinds, refused: [refused.code, refused.details[0].type] };
          },
          { login: { email: alice.email, password: alice.password }, baseUrl: where === "the port of gRPC" ? feed.grpcUrl : feed.url, web },
        );
        expect(answers).toEqual({ author: alice.username, kinds: ["hello", "commentAdded"], refused: [3, "newfeed.v1.Problem"] });
      } finally {
        await browser.close();
      }
    },
    180_000,
  );
});
