// npm run k6 -- <script> [--scale <part>=N]… [k6's own options]: runs a load script, against a cluster of its own unless BASE_URL is set.
import { handOver, install, root } from "./node.mjs";

install();
handOver([`${root}scripts/k6/run.ts`], process.argv.slice(2));
