// node scripts/screenshots.mjs: takes the pictures under docs/screenshots anew.
import { handOver, install, root } from "./node.mjs";

install();
handOver([`${root}scripts/screenshots.ts`], process.argv.slice(2));
