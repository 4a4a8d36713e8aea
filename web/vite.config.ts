import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { notificationTexts } from "@newfeed/shared/contracts/notification-texts.ts";
import { isPagePath, pages } from "@newfeed/shared/contracts/pages.ts";
import react from "@vitejs/plugin-react";
import { defineConfig, minify, type Plugin, transformWithOxc } from "vite";

/** The pages that are fetched together once the first one is idle, and the texts of other languages: they open without a network, too. */
const together = /src\/(pages\/(small|post)|components\/(composer|new-post)|texts\/[a-z]+)\.tsx?$/;

/** Writes the service worker beside the pages: one file without imports, with the names of what it keeps. */
const serviceWorker = (): Plugin => ({
  name: "service-worker",
  // After the styles are written.
  enforce: "post",
  apply: "build",
  async generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? [file] : []));
    const entry = chunks.find(({ isEntry }) => isEntry)?.fileName ?? "";
    const shell = new Set<string>();
    const keep = (name: string) => {
      if (shell.has(name)) return;
      shell.add(name);
      for (const imported of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) keep(imported);
    };
    keep(entry);
    for (const { fileName, moduleIds } of chunks) if (moduleIds.some((id) => together.test(id))) keep(fileName);
    for (const name of Object.keys(bundle)) if (name.endsWith(".css")) shell.add(name);
    const files = Object.keys(bundle).filter((name) => name.startsWith("assets/"));
    const addressOf = (name: string) => `/${name}`;
    const build = {
      entry: addressOf(entry),
      shell: [...shell].map(addressOf),
      files: files.map(addressOf),
      pages: isPagePath.source,
      commentPage: pages.comment,
      pushTexts: notificationTexts,
    };
    const source = readFileSync(new URL("src/service-worker.ts", import.meta.url), "utf8");
    const { code } = await transformWithOxc(source, "service-worker.ts");
    const small = await minify("service-worker.js", `const build = ${JSON.stringify(build)};\n${code}`);
    this.emitFile({ type: "asset", fileName: "service-worker.js", source: small.code });
  },
});

/** Leaves a `.gz` and a `.br` beside every text, so that the server compresses nothing. */
const compressed = (): Plugin => ({
  name: "compressed",
  apply: "build",
  writeBundle({ dir = "" }) {
    for (const name of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
      if (!/\.(js|css|html|svg|webmanifest)$/.test(name)) continue;
      const file = join(dir, name);
      const content = readFileSync(file);
      if (content.length < 1_000) continue;
      writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
      writeFileSync(`${file}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }));
    }
  },
});

/** One file each, with what they import: what every page needs, what is beside it, what is written, a post, and the pages that are fetched together. */
const oneFileEach = ["app.tsx", "components/aside.tsx", "components/composer.tsx", "pages/post.tsx", "pages/small.ts"].map((file, index, all) => ({
  name: file.replace(/^.*\/|\.tsx?$/g, ""),
  test: new RegExp(`/src/${file}$`),
  priority: all.length - index,
}));

/** Where the server is that `npm run dev` works against. */
const server = process.env.NEWFEED_URL ?? "http://localhost:8080";

export default defineConfig({
  plugins: [react(), serviceWorker(), compressed()],
  build: {
    target: ["chrome123", "edge123", "firefox128", "safari17.5"],
    manifest: true,
    // Nothing inline: the Content-Security-Policy has no `data:` for scripts and styles.
    assetsInlineLimit: 0,
    // One file: a part of the page that is fetched later brings no style that could fail apart from it.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: oneFileEach } } },
    emptyOutDir: true,
  },
  server: {
    strictPort: true,
    proxy: Object.fromEntries(
      ["/api", "/graphql", "/media", "/docs", "/openapi.json", "/asyncapi.json", "/schema.graphql", "/proto", "/health"]
        .map((path): [string, object] => [path, { target: server }])
        .concat([
          ["^/admin/", { target: server }],
          ["^/(notifications/)?socket\\.io", { target: server, ws: true }],
        ]),
    ),
  },
});
