import { later } from "./later.tsx";
import type { HeldProps } from "./open-held.tsx";

/** Why only its author sees a post or a comment, and where to appeal; loaded when the first one shows. */
export const Held = later<HeldProps>(async () => (await import("./open-held.tsx")).OpenHeld);
