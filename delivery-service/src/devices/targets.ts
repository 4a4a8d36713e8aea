import { createHash } from "node:crypto";
import type { RegisterDevice } from "@newfeed/shared/contracts/routes/devices.ts";
import { createSecretBox } from "@newfeed/shared/ports/secret-box.ts";
import type { PushSubscription } from "../push/web-push.ts";

/** Where a device's pushes go. */
export type Target = ({ kind: "web" } & PushSubscription) | { kind: "fcm"; token: string };

/** Where pushes go is kept encrypted: who has an endpoint, or a token, can push to it. `key` is delivery-service's own secret. */
export function createTargets(key: string) {
  const box = createSecretBox(key, "newfeed devices");
  return {
    /** `address` stays the same for a device, also when another user registers it. */
    seal({ kind, subscription, token = "" }: RegisterDevice): { address: string; target: string } {
      const target: Target = kind === "web" && subscription ? { kind: "web", endpoint: subscription.endpoint, ...subscription.keys } : { kind: "fcm", token };
      const address = createHash("sha256")
        .update(target.kind === "fcm" ? `fcm ${target.token}` : `web ${target.endpoint}`)
        .digest("base64url");
      return { address, target: box.seal(address, JSON.stringify(target)) };
    },
    /** Null when the key was changed. */
    open({ address, target }: { address: string; target: string }): Target | null {
      const opened = box.open(address, target);
      return opened === null ? null : (JSON.parse(opened) as Target);
    },
  };
}
export type Targets = ReturnType<typeof createTargets>;
