// npm run seed: installs what is missing, then fills a running NewFeed with a small demo.
import { handOver, install, root } from "./node.mjs";

install();
handOver([`${root}app/seed.ts`], process.argv.slice(2));
