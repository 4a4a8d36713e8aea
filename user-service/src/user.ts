import type { User } from "@newfeed/shared/contracts/dto.ts";
import type { ShownUser } from "./store.ts";

export const toUser = ({ createdAt, updatedAt, mutedUntil, ...user }: ShownUser): User => ({
  ...user,
  mutedUntil: mutedUntil?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
