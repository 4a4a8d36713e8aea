// npm run k6 -- <script> [--scale <part>=N]… [options of k6]: runs a load script against its own cluster, or against BASE_URL.
import { handOver, install, root } from "./node.mjs";

install();
handOver([`${root}scripts/k6/run.ts`], process.argv.slice(2));
