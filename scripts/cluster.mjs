// npm run cluster: installs what is missing, then runs the scaled topology under the pinned Node.
import { handOver, install, root } from "./node.mjs";

install();
handOver([`${root}scripts/cluster.ts`], process.argv.slice(2));
