// node scripts/screenshots.mjs: takes the screenshots in docs/screenshots.
import { handOver, install, root } from "./node.mjs";

install();
handOver([`${root}scripts/screenshots.ts`], process.argv.slice(2));
