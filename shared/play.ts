import { mkdtempSync, readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "amqplib";
import { startInfra } from "/work/main/scripts/infra.ts";
const strategy = process.argv[2];
const directory = mkdtempSync("/tmp/infra-");
const infra = await startInfra({ directory, need: ["rabbitmq"] });
const { rabbitmq } = infra.servers;
const ctl = (...a: string[]) => execFileSync(`${directory}/rabbitmq/rabbitmqctl`, a).toString();
async function open() {
  const c = await connect(rabbitmq.url); c.on("error", () => {}); c.on("close", () => {});
  const ch = await c.createConfirmChannel(); ch.on("error", (e) => console.log(e.message));
  await ch.assertExchange("newfeed.events", "topic");
  await ch.assertQueue("pears.dead", { arguments: { "x-queue-type": "quorum", "x-message-ttl": 30*24*3600_000, "x-delivery-limit": 1000000 } });
  await ch.assertQueue("pears.events", { arguments: { "x-queue-type": "quorum", "x-delivery-limit": 20,
    ...(process.argv[4] === "nosac" ? {} : { "x-single-active-consumer": true }),
    ...(strategy === "none" ? {} : {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "pears.dead"}), ...(strategy==="alo" ? { "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish" } : {}) } });
  await ch.bindQueue("pears.events", "newfeed.events", "pear.fell");
  return { c, ch };
}
for (let round = 0; round < Number(process.argv[3] ?? 1); round++) {
  let { c, ch } = await open();
  ch.publish("newfeed.events", "pear.fell", Buffer.from("{}"), { persistent: true });
  await ch.waitForConfirms();
  await ch.consume("pears.events", () => {});
  await sleep(300);
  await rabbitmq.stop("SIGKILL");
  await rabbitmq.start();
  ({ c, ch } = await open());
  const t = performance.now();
  ch.publish("newfeed.events", "pear.fell", Buffer.from("{}"), { persistent: true });
  const r = await Promise.race([ch.waitForConfirms().then(() => "confirmed", (e) => e.message), sleep(15000, "timeout")]);
  console.log(round, r, performance.now() - t);
  console.log(ctl("list_queues", "name", "messages", "state"));
  if (r !== "confirmed") { console.log(ctl("list_queues", "name", "online", "leader", "type"));
    console.log(readFileSync(`${directory}/rabbitmq/log/newfeed@localhost.log`, "utf8").slice(-6000)); break; }
  await c.close();
}
await infra.close();
