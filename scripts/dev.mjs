// npm run dev: installs what is missing, then runs NewFeed with the web client from its sources.
import { handOver, install, root, settings } from "./node.mjs";

install();
handOver([...settings(), `${root}scripts/dev.ts`], process.argv.slice(2));
