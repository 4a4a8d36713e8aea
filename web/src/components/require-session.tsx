import { pages } from "@newfeed/shared/contracts/pages.ts";
import type { ReactNode } from "react";
import { Redirect, useLocation } from "wouter";
import { useSession } from "../data/session.ts";
import { t } from "../texts/texts.ts";
import { RowSkeletons } from "./skeletons.tsx";

/** For pages that need an account: visitors sign in first, and return. */
export function RequireSession({ children }: { children: ReactNode }) {
  const { status } = useSession();
  const [location] = useLocation();
  if (status === "unknown") return <RowSkeletons label={t.states.loading} />;
  if (status !== "signed-in") return <Redirect to={`${pages.login}?next=${encodeURIComponent(location)}`} replace />;
  return children;
}
