import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

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

/** Where the server is that `npm run dev` works against. */
const server = process.env.NEWFEED_URL ?? "http://localhost:8080";

export default defineConfig({
  plugins: [react(), compressed()],
  build: {
    target: ["chrome123", "edge123", "firefox128", "safari17.5"],
    manifest: true,
    // Nothing inline: the Content-Security-Policy has no `data:` for scripts and styles.
    assetsInlineLimit: 0,
    // One file: a part of the page that is fetched later brings no style that could fail apart from it.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
  },
  server: {
    strictPort: true,
    proxy: Object.fromEntries(
      ["/api", "/graphql", "/media", "/docs", "/openapi.json", "/asyncapi.json", "/health"]
        .map((path): [string, object] => [path, { target: server }])
        .concat([["^/(notifications/)?socket\\.io", { target: server, ws: true }]]),
    ),
  },
});
