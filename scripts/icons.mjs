// node scripts/icons.mjs: makes the web client's icons of its brand, web/public/favicon.svg.
import { handOver, install, root } from "./node.mjs";

install();
handOver([`${root}scripts/icons.ts`], process.argv.slice(2));
