// npm start: installs what is missing, then runs NewFeed under the pinned Node.
import { handOver, install, root, settings } from "./node.mjs";

install();
handOver([...settings(), `${root}app/start.ts`], process.argv.slice(2));
