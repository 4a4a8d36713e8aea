// npm start: installs what is missing, then runs NewFeed under the pinned Node.
import { feedOptions, handOver, install, root, settings } from "./node.mjs";

install();
handOver([...feedOptions, ...settings(), `${root}app/start.ts`], process.argv.slice(2));
