// npm run cluster: installs what is missing, then runs a cluster under the pinned Node.
import { handOver, install, root, settings } from "./node.mjs";

install();
handOver([...settings(), `${root}scripts/cluster.ts`], process.argv.slice(2));
