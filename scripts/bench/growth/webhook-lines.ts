import { failedDelivery, oldWebhook, quietWebhook } from "./data/webhooks.ts";
import { answer, change, type Line, pages, type RouteName, type World, write } from "./lines.ts";

const body = { url: "https://192.0.2.1/", types: ["post.liked"] };
const old = { params: { id: oldWebhook } };

/** Lines of the routes of webhooks; of one feed. Where they lead, nothing is called. */
export function webhookLines(): Partial<Record<RouteName, readonly Line[]>> {
  const made: string[] = [];
  const last = () => ({ params: { id: made.at(-1) ?? "" } });
  async function create(world: World): Promise<void> {
    made.push((await world.call<{ webhook: { id: string } }>("createWebhook", "follower", { body })).webhook.id);
  }
  return {
    listWebhooks: [answer("listWebhooks", "author")],
    createWebhook: [write("createWebhook", create, 3)],
    getWebhook: [answer("getWebhook", "author", old)],
    updateWebhook: [change("updateWebhook", "author", (_world, n) => ({ ...old, body: { description: `${n}` } }))],
    rotateWebhookSecret: [change("rotateWebhookSecret", "follower", last)],
    testWebhook: [change("testWebhook", "follower", last)],
    listDeliveries: [...pages("listDeliveries", "author", old)],
    resendDelivery: [change("resendDelivery", "author", { params: { id: quietWebhook, deliveryId: failedDelivery } })],
    deleteWebhook: [write("deleteWebhook", (world) => world.call("deleteWebhook", "follower", { params: { id: made.pop() ?? "" } }), 3)],
  };
}
