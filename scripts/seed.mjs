// npm run seed: installs what is missing, then adds the demo data to a running NewFeed.
import { handOver, install, root } from "./node.mjs";

install();
handOver([`${root}app/seed.ts`], process.argv.slice(2));
