import { suspensionsIn } from "@newfeed/shared/projections/suspensions.ts";

/** Who is suspended. */
export const suspensions = suspensionsIn("suspension");
