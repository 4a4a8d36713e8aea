import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { connect } from "amqplib";
import type { TestCluster } from "./start.ts";

/** Publishes raw messages to the exchange of a RabbitMQ. */
export async function publishRaw({ url }: { url: string }, messages: { id: string; type: string; body: string | Buffer }[]): Promise<void> {
  const connection = await connect(url);
  try {
    const channel = await connection.createConfirmChannel();
    for (const { id, type, body } of messages) channel.publish("newfeed.events", type, Buffer.from(body as string), { messageId: id, type, persistent: true });
    await channel.waitForConfirms();
  } finally {
    await connection.close();
  }
}

/** Makes notification-service's handler fail for one comment: the database refuses just that entry. Returns the repair. */
export async function poisonComment(cluster: TestCluster, content: string): Promise<() => Promise<void>> {
  const url = Object.assign(new URL(cluster.servers.postgres.url), { pathname: "/newfeed_notification" }).href;
  const run = async (text: string) => {
    const database = openDatabase(url, createLogger({ level: "error", json: false }), 1);
    await database.query(text).finally(() => database.close());
  };
  await run("CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the event handler fails'; END $$");
  await run(`CREATE TRIGGER refuse BEFORE INSERT ON stream_entry FOR EACH ROW WHEN (NEW.data->'comment'->>'content' = '${content}') EXECUTE FUNCTION refuse()`);
  return () => run("DROP TRIGGER refuse ON stream_entry");
}
