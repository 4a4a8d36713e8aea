// npm start: installs what is missing, then runs NewFeed under the pinned Node.
import { handOver, install, root } from "./node.mjs";

install();
handOver([`${root}scripts/start.ts`], process.argv.slice(2));
