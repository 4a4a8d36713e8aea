import type { User } from "@newfeed/shared/contracts/dto.ts";
import type { ShownUser } from "./store.ts";

export const toUser = ({ createdAt, updatedAt, ...user }: ShownUser): User => ({
  ...user,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
