// npm run bench [-- row … ] [--rounds N] [--seconds S] [--runs N]: measures NewFeed beside its references, under the pinned Node.
import { handOver, install, root } from "./node.mjs";

install();
handOver([`${root}scripts/bench/main.ts`], process.argv.slice(2));
