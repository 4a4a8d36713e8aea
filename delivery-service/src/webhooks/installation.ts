import { asUserId } from "@newfeed/shared/contracts/ids.ts";

/** Owns the webhooks of the installation. */
export const installation = asUserId("00000000-0000-0000-0000-000000000000");
