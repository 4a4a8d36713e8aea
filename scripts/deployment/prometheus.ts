import { partNames, partTable } from "@newfeed/shared/contracts/services.ts";

/** The parts of compose, as Prometheus finds their containers: each is a job of its own, `newfeed-<part>`. */
export const renderTargets = () =>
  partNames
    .map((name) =>
      [
        `  - job_name: newfeed-${name}`,
        "    authorization: { credentials_file: /tmp/metrics-token }",
        `    dns_sd_configs: [{ names: [${name}], type: A, port: ${partTable[name].port}, refresh_interval: 10s }]`,
      ].join("\n"),
    )
    .join("\n");
