// npm run test:faults [-- count [kafka]]: the long form of the fault suite, sixty faults by default, on RabbitMQ or Kafka.
import { handOver, install, root } from "./node.mjs";

install();
process.env.FAULTS = process.argv[2] ?? "60";
if (process.argv[3] === "kafka") process.env.BUS = "kafka";
handOver([`${root}node_modules/vitest/vitest.mjs`, "run", "tests/cluster.test.ts"], []);
