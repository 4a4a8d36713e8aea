import type { CreateReport } from "@newfeed/client";
import { client } from "./client.ts";

/** Reports something that the user sees. */
export async function report(body: CreateReport): Promise<void> {
  await (await client.moderation()).report(body);
}
