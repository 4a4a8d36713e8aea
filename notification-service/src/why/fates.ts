import type { NotificationId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { deliveryInternalRoutes } from "@newfeed/shared/contracts/routes/webhooks.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import type { Fates } from "./why.ts";

/** For so long delivery-service is waited for: most of an answer stands without it. */
const patienceMs = 1_500;

/** What became of notifications outside the inbox; null while delivery-service does not say. */
export async function findFates(
  callService: ServiceClient,
  id: UserId,
  ids: readonly NotificationId[],
  failed: (error: unknown) => void,
): Promise<Fates | null> {
  const asked = { params: { id }, body: { ids: [...ids] } };
  try {
    const { fates } = await callService(deliveryInternalRoutes.notificationFates, asked, { signal: AbortSignal.timeout(patienceMs) });
    return new Map(fates.map(({ id: of, ...fate }) => [of, fate]));
  } catch (error) {
    failed(error);
    return null;
  }
}
