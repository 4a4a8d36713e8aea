import { answer, type Line, type RouteName, type World, write } from "./lines.ts";
import { nthId } from "./size.ts";

/** Nothing is sent there: the address is kept for documentation. */
const device = (n: number) => ({
  kind: "web",
  name: "A browser",
  subscription: {
    endpoint: `https://192.0.2.1/${n}`,
    keys: { p256dh: "B".repeat(87), auth: "A".repeat(22) },
  },
});

const acknowledgement = { notificationIds: [nthId("notification", 1)] };

/** Lines of the routes of devices; of one feed. */
export function deviceLines(): Partial<Record<RouteName, readonly Line[]>> {
  const made: string[] = [];
  async function register(world: World): Promise<void> {
    made.push((await world.call<{ id: string }>("registerDevice", "follower", { body: device(made.length) })).id);
  }
  return {
    listDevices: [answer("listDevices", "author")],
    registerDevice: [write("registerDevice", register, 3)],
    acknowledgeNotifications: [write("acknowledgeNotifications", (world) => world.call("acknowledgeNotifications", "follower", { body: acknowledgement }), 3)],
    removeDevice: [write("removeDevice", (world) => world.call("removeDevice", "follower", { params: { id: made.pop() ?? "" } }), 3)],
  };
}
