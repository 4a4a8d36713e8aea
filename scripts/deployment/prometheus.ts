import { partNames, partTable } from "@newfeed/shared/contracts/services.ts";
import { jobsOf, metricsSources, type ObservedServer } from "../cluster/exporters.ts";

const found = (container: string, port: number) => `    dns_sd_configs: [{ names: [${container}], type: A, port: ${port}, refresh_interval: 10s }]`;

/** The parts of compose and the servers beside them, as Prometheus finds their containers: each is a job of its own, a part is `newfeed-<part>`. */
export const renderTargets = () =>
  [
    ...partNames.flatMap((name) => [
      `  - job_name: newfeed-${name}`,
      "    authorization: { credentials_file: /tmp/metrics-token }",
      found(name, partTable[name].port),
    ]),
    ...(Object.keys(metricsSources) as ObservedServer[]).flatMap((server) =>
      jobsOf(server).flatMap(({ job_name, ...asked }) => [
        `  - job_name: ${job_name}`,
        ...Object.entries(asked).map(([name, value]) => `    ${name}: ${JSON.stringify(value)}`),
        found(metricsSources[server].container, metricsSources[server].port),
      ]),
    ),
  ].join("\n");
