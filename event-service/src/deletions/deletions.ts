import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import type { AccountDeletion, DeletionQuery } from "@newfeed/shared/contracts/routes/account-deletions.ts";
import { requireAuditor, type Viewer } from "@newfeed/shared/ports/call.ts";
import { pageFrom, windowOf } from "@newfeed/shared/store/cursors.ts";
import type { DeletionRow, DeletionStore } from "./store.ts";

const isoOrNull = (time: Date | null) => time?.toISOString() ?? null;

const toDeletion = ({ id, waitsFor, begunAt, completedAt, alertedAt, reports }: DeletionRow): AccountDeletion => ({
  accountId: id,
  begunAt: begunAt.toISOString(),
  completedAt: isoOrNull(completedAt),
  alertedAt: isoOrNull(alertedAt),
  services: [...new Set([...waitsFor, ...Object.keys(reports)])].map((service) => {
    const report = reports[service];
    return { service, reportedAt: report ? new Date(report.at).toISOString() : null, removed: report?.removed ?? {} };
  }),
});

/** Newest first. Throws `forbidden`. */
export async function listDeletions(store: Pick<DeletionStore, "list">, viewer: Viewer, { state, ...query }: DeletionQuery): Promise<Page<AccountDeletion>> {
  const window = windowOf(query);
  requireAuditor(viewer);
  return pageFrom(await store.list(state ?? "all", window), window, ({ begunAt, id }) => ({ at: begunAt, id }), toDeletion);
}
