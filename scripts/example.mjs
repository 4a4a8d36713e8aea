// npm run example -- <name> <arguments>: installs what is missing, then runs a program of examples/ under the pinned Node.
import { existsSync } from "node:fs";
import { handOver, install, root } from "./node.mjs";

const [name = "", ...args] = process.argv.slice(2);
const file = ["ts", "mjs"].map((extension) => `${root}examples/${name}.${extension}`).find((path) => /^[\w-]+$/.test(name) && existsSync(path));
if (!file) {
  console.error("npm run example -- bot | event-source | socket-io <arguments>: see examples/README.md");
  process.exit(1);
}
install();
handOver([file], args);
